package sluice.testkit;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.ftpserver.ConnectionConfigFactory;
import org.apache.ftpserver.DataConnectionConfiguration;
import org.apache.ftpserver.DataConnectionConfigurationFactory;
import org.apache.ftpserver.FtpServer;
import org.apache.ftpserver.FtpServerConfigurationException;
import org.apache.ftpserver.FtpServerFactory;
import org.apache.ftpserver.ftplet.FtpException;
import org.apache.ftpserver.ftplet.UserManager;
import org.apache.ftpserver.impl.DefaultFtpServer;
import org.apache.ftpserver.listener.Listener;
import org.apache.ftpserver.listener.ListenerFactory;
import org.apache.ftpserver.message.MessageResource;
import org.apache.ftpserver.message.MessageResourceFactory;
import org.apache.ftpserver.ssl.SslConfigurationFactory;
import org.apache.ftpserver.usermanager.PropertiesUserManagerFactory;
import org.apache.ftpserver.usermanager.impl.BaseUser;
import org.apache.ftpserver.usermanager.impl.WritePermission;
import sluice.api.PortRanges;

/**
 * A real FTP server (Apache FtpServer) in this JVM: passive and active data connections, IPv4 and
 * IPv6, one user {@value #USER} with the password {@value #PASSWORD} who may read and write below
 * the root. Its greeting names it: {@code 220 NAME ready}.
 *
 * <p>Thread-safe. Closing it ends its sessions and leaves neither port nor thread behind.
 */
public final class FtpPeer implements AutoCloseable {

  /** The only user. */
  public static final String USER = "user";

  /** The user's password. */
  public static final String PASSWORD = "password";

  private static final String LISTENER = "default";
  private static final int UNLIMITED = 10_000;
  private static final int THREADS = 16;

  private final FtpServer server;
  private final Listener listener;
  private final InetSocketAddress address;
  private final String name;

  private FtpPeer(FtpServer server, Listener listener, InetSocketAddress address, String name) {
    this.server = server;
    this.listener = listener;
    this.address = address;
    this.name = name;
  }

  /**
   * A server named {@code ftp} on a free port of 127.0.0.1.
   *
   * @param root an existing folder, the user's home
   * @throws IOException if it cannot listen
   */
  public static FtpPeer start(Path root) throws IOException {
    return start("127.0.0.1", root);
  }

  /**
   * A server named {@code ftp} on a free port of an address.
   *
   * @param address an address literal, IPv6 without brackets
   * @param root an existing folder, the user's home
   * @throws IOException if it cannot listen
   */
  public static FtpPeer start(String address, Path root) throws IOException {
    return start(new InetSocketAddress(address, 0), root, "ftp");
  }

  /**
   * A server on a port, so that a peer that was closed can come back where it was.
   *
   * @param at where it listens; port 0 is any free port
   * @param root an existing folder, the user's home
   * @param name what its greeting says
   * @throws IOException if it cannot listen
   */
  public static FtpPeer start(InetSocketAddress at, Path root, String name) throws IOException {
    return start(at, root, name, DataPorts.ANY);
  }

  /**
   * What a server does with passive data connections.
   *
   * @param passive the ports as in {@code 20000-20009}; 0 is any free port
   * @param announced the address that PASV announces instead of its own; empty for its own
   */
  public record DataPorts(String passive, String announced) {

    /** Any free port, and its own address. */
    public static final DataPorts ANY = new DataPorts("0", "");
  }

  /**
   * A server whose passive ports are set, as those behind a gateway or router are.
   *
   * @param at where it listens; port 0 is any free port
   * @param root an existing folder, the user's home
   * @param name what its greeting says
   * @param ports for passive data connections
   * @throws IOException if it cannot listen
   */
  public static FtpPeer start(InetSocketAddress at, Path root, String name, DataPorts ports)
      throws IOException {
    return start(at, root, name, ports, null);
  }

  /** A server with TLS: explicit, or implicit from the first byte on. */
  public record Tls(Path keyStore, String keyStorePassword, boolean implicit) {}

  /** The same with TLS; clients may still log in without it unless it is implicit. */
  public static FtpPeer start(
      InetSocketAddress at, Path root, String name, DataPorts ports, Tls tls) throws IOException {
    Objects.requireNonNull(name);
    ListenerFactory listeners = new ListenerFactory();
    listeners.setServerAddress(at.getAddress().getHostAddress());
    listeners.setPort(at.getPort());
    DataConnectionConfigurationFactory data = new DataConnectionConfigurationFactory();
    data.setActiveEnabled(true);
    data.setActiveIpCheck(true);
    data.setPassiveIpCheck(true);
    if (!ports.announced().isEmpty()) {
      data.setPassiveExternalAddress(ports.announced());
    }
    if (tls != null) {
      SslConfigurationFactory certificate = new SslConfigurationFactory();
      certificate.setKeystoreFile(tls.keyStore().toFile());
      certificate.setKeystorePassword(tls.keyStorePassword());
      certificate.setKeyPassword(tls.keyStorePassword());
      certificate.setKeystoreType("PKCS12");
      certificate.setSslProtocol("TLSv1.2", "TLSv1.3");
      try {
        listeners.setSslConfiguration(certificate.createSslConfiguration());
      } catch (FtpServerConfigurationException e) {
        throw new IOException("no TLS with " + tls.keyStore() + ": " + e.getMessage(), e);
      }
      listeners.setImplicitSsl(tls.implicit());
      data.setImplicitSsl(tls.implicit());
    }
    DataConnectionConfiguration dataConnections = data.createDataConnectionConfiguration();
    PortRanges passive = PortRanges.parse(ports.passive());
    listeners.setDataConnectionConfiguration(
        passive.any() ? dataConnections : new OwnPassivePorts(dataConnections, passive));
    Listener listener = listeners.createListener();

    ConnectionConfigFactory limits = new ConnectionConfigFactory();
    limits.setAnonymousLoginEnabled(false);
    limits.setMaxLogins(UNLIMITED);
    limits.setMaxThreads(THREADS);
    // The default answers a wrong password after half a second, which tests would wait for.
    limits.setLoginFailureDelay(0);

    FtpServerFactory factory = new FtpServerFactory();
    factory.addListener(LISTENER, listener);
    factory.setConnectionConfig(limits.createConnectionConfig());
    factory.setMessageResource(
        new Greeting(name, new MessageResourceFactory().createMessageResource()));
    FtpServer server;
    try {
      factory.setUserManager(user(root));
      server = factory.createServer();
      server.start();
      shortLivedThreads(server);
    } catch (FtpException | RuntimeException e) {
      listener.stop();
      throw new IOException("no FTP server on " + at + ": " + e.getMessage(), e);
    }
    return new FtpPeer(
        server, listener, new InetSocketAddress(at.getAddress(), listener.getPort()), name);
  }

  /**
   * Lets idle threads go soon. The pool's shutdown tells as many threads to end as it sees, and may
   * miss one that begins at that moment; such a one stays as long as idle threads do.
   */
  private static void shortLivedThreads(FtpServer server) {
    ((DefaultFtpServer) server)
        .getServerContext()
        .getThreadPoolExecutor()
        .setKeepAliveTime(1, TimeUnit.SECONDS);
  }

  private static UserManager user(Path root) throws FtpException {
    BaseUser user = new BaseUser();
    user.setName(USER);
    user.setPassword(PASSWORD);
    user.setHomeDirectory(root.toString());
    user.setAuthorities(List.of(new WritePermission()));
    UserManager users = new PropertiesUserManagerFactory().createUserManager();
    users.save(user);
    return users;
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return address;
  }

  /** What its greeting says. */
  public String name() {
    return name;
  }

  /** How many control connections are open now. */
  public int sessions() {
    return server.isStopped() ? 0 : listener.getActiveSessions().size();
  }

  /** Ends its sessions and stops listening. Calls after the first do nothing. */
  @Override
  public void close() {
    if (!server.isStopped()) {
      server.stop();
    }
  }

  /** The server's own texts, but for the greeting. */
  private record Greeting(String name, MessageResource texts) implements MessageResource {

    @Override
    public List<String> getAvailableLanguages() {
      return texts.getAvailableLanguages();
    }

    @Override
    public String getMessage(int code, String subId, String language) {
      return code == 220 && subId == null
          ? name + " ready"
          : texts.getMessage(code, subId, language);
    }

    @Override
    public Map<String, String> getMessages(String language) {
      return texts.getMessages(language);
    }
  }
}
