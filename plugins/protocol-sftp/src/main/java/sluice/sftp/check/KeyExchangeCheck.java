package sluice.sftp.check;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.client.session.ClientSession.ClientSessionEvent;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.future.CancelOption;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.sftp.SftpModuleProperties;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClientFactory;
import org.apache.sshd.sftp.common.SftpConstants;
import org.apache.sshd.sftp.common.SftpException;
import sluice.api.Backend;
import sluice.api.health.Health;
import sluice.api.health.HealthCheck;
import sluice.api.health.Identity;
import sluice.sftp.wire.Disconnect;

/**
 * The deeper stages of the ssh check: key exchange, host key, login, file. The host key is looked
 * at before anything secret is sent.
 *
 * <p>Thread-safe. The client and its threads are made by the first probe and go with {@link
 * #close}.
 */
final class KeyExchangeCheck implements HealthCheck, AutoCloseable {

  /** Needed to open a session; a server does not see it before a login. */
  private static final String NOBODY = "nobody";

  private final SshCheckOptions options;
  private final Credentials credentials;
  private SshClient client;
  private boolean closed;

  /**
   * @throws IllegalArgumentException if the private key cannot be read
   */
  KeyExchangeCheck(SshCheckOptions options) {
    this.options = options;
    this.credentials = OwnLoader.with(() -> Credentials.of(options));
  }

  private synchronized SshClient client() {
    if (closed) {
      throw new IllegalStateException("the check is closed");
    }
    if (client == null) {
      client = SshClients.start();
      client.addSessionListener(new SessionWatch());
    }
    return client;
  }

  @Override
  public Health probe(Backend backend, Duration timeout) throws IOException {
    return OwnLoader.with(() -> exchange(backend, timeout));
  }

  private Health exchange(Backend backend, Duration timeout) throws IOException {
    Deadline deadline = Deadline.in(timeout);
    SessionWatch.Note note = new SessionWatch.Note(List.of(KeyFamily.values()));
    ClientSession session;
    try {
      session = connect(backend, note, deadline);
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      return deadline.over()
          ? Health.down("no connection within " + timeout.toMillis() + " ms")
          : closer(backend, deadline, Health.down("no connection: " + Reasons.of(e)));
    }
    Health health;
    try {
      health = look(session, note, deadline, timeout);
    } finally {
      leave(session, deadline);
    }
    if (health.state() == Health.State.DOWN) {
      boolean mute = session.getServerVersion() == null && !deadline.over();
      return mute ? closer(backend, deadline, health) : health;
    }
    return identified(health, backend, session.getServerKey(), note.offered(), deadline);
  }

  private ClientSession connect(Backend backend, SessionWatch.Note note, Deadline deadline)
      throws IOException {
    SocketAddress from =
        backend.source().map(source -> new InetSocketAddress(source, 0)).orElse(null);
    return client()
        .connect(options.user().orElse(NOBODY), backend.address(), note.context(), from)
        .verify(
            deadline.leftMillis(), CancelOption.CANCEL_ON_TIMEOUT, CancelOption.CANCEL_ON_INTERRUPT)
        .getSession();
  }

  /** Adds the host keys that are to be compared: all that no pin has vouched for. */
  private Health identified(
      Health health, Backend backend, PublicKey preferred, String offered, Deadline deadline)
      throws IOException {
    List<Identity> seen = new ArrayList<>();
    add(seen, preferred);
    String unseen = "";
    for (KeyFamily family : KeyFamily.values()) {
      if (options.compare() == SshCheckOptions.Compare.ALL
          && family.offeredIn(offered)
          && !KeyFamily.of(preferred).equals(Optional.of(family))) {
        SessionWatch.Note note = new SessionWatch.Note(List.of(family));
        ClientSession session = connect(backend, note, deadline);
        try {
          if (exchanged(session, deadline).contains(ClientSessionEvent.WAIT_AUTH)) {
            add(seen, session.getServerKey());
          } else {
            unseen = family.name().toLowerCase(Locale.ROOT);
          }
        } finally {
          leave(session, deadline);
        }
      }
    }
    Health told = health.withIdentities(seen);
    return unseen.isEmpty()
        ? told
        : told.withWarning(
            health.detail() + "; it offers an " + unseen + " host key that it does not show");
  }

  private void add(List<Identity> seen, PublicKey key) {
    String fingerprint = KeyUtils.getFingerPrint(key);
    if (!pinned(fingerprint)) {
      seen.add(new Identity("host-key", KeyUtils.getKeyType(key), fingerprint));
    }
  }

  private static Set<ClientSessionEvent> exchanged(ClientSession session, Deadline deadline) {
    return session.waitFor(
        EnumSet.of(ClientSessionEvent.WAIT_AUTH, ClientSessionEvent.CLOSED), deadline.leftMillis());
  }

  /** Asks again for what was said instead of an identification, as SSHD keeps it for itself. */
  private static Health closer(Backend backend, Deadline deadline, Health first)
      throws IOException {
    Health second = new IdentificationCheck().probe(backend, deadline.left());
    return second.state() == Health.State.DOWN ? second : first;
  }

  private Health look(
      ClientSession session, SessionWatch.Note note, Deadline deadline, Duration timeout) {
    Set<ClientSessionEvent> events = exchanged(session, deadline);
    String server = session.getServerVersion();
    if (!events.contains(ClientSessionEvent.WAIT_AUTH)) {
      String what =
          server == null ? "no SSH identification line" : "no key exchange with " + server;
      return Health.down(what + because(note.cause(), events, timeout));
    }
    PublicKey key = session.getServerKey();
    String fingerprint = KeyUtils.getFingerPrint(key);
    String seen = KeyUtils.getKeyType(key) + " " + fingerprint;
    if (!options.hostKey().isEmpty() && !pinned(fingerprint)) {
      return Health.down(
              "host-key-mismatch: the server has "
                  + seen
                  + ", expected "
                  + String.join(" or ", options.hostKey())
                  + "; if the new key is right, change host-key")
          .withoutDelay();
    }
    String detail = server + ", " + seen;
    return options.user().isEmpty()
        ? Health.up(detail)
        : login(session, deadline, timeout, detail + ", logged in as " + options.user().get());
  }

  private boolean pinned(String fingerprint) {
    return options.hostKey().stream()
        .anyMatch(pin -> fingerprint.equals(pin.endsWith("=") ? pin.substring(0, 50) : pin));
  }

  private static String because(String cause, Set<ClientSessionEvent> events, Duration timeout) {
    String ending =
        events.contains(ClientSessionEvent.CLOSED)
            ? ", the connection was closed"
            : " within " + timeout.toMillis() + " ms";
    return cause.isEmpty() ? ending : ending + ": " + cause;
  }

  private Health login(ClientSession session, Deadline deadline, Duration timeout, String detail) {
    credentials.addTo(session);
    try {
      session.auth().verify(deadline.leftMillis(), CancelOption.CANCEL_ON_TIMEOUT);
    } catch (IOException e) {
      String who = "login as " + options.user().orElseThrow();
      return Health.down(
          deadline.over()
              ? who + ": no answer within " + timeout.toMillis() + " ms"
              : who + " failed: " + Reasons.of(e));
    }
    return options
        .file()
        .map(file -> stat(session, file, deadline, detail))
        .orElse(Health.up(detail));
  }

  private Health stat(ClientSession session, String file, Deadline deadline, String detail) {
    Duration left = deadline.left();
    CoreModuleProperties.CHANNEL_OPEN_TIMEOUT.set(session, left);
    SftpModuleProperties.SFTP_CHANNEL_OPEN_TIMEOUT.set(session, left);
    try (SftpClient sftp = SftpClientFactory.instance().createSftpClient(session)) {
      return Health.up(detail + ", " + file + " has " + sftp.stat(file).getSize() + " bytes");
    } catch (SftpException e) {
      if (e.getStatus() != SftpConstants.SSH_FX_NO_SUCH_FILE) {
        return Health.down("stat " + file + " failed: " + Reasons.of(e));
      }
      String missing = "file " + file + " is missing";
      return options.missing() == SshCheckOptions.Missing.DRAIN
          ? Health.drain(missing)
          : Health.down(missing);
    } catch (IOException e) {
      return Health.down("no SFTP for " + file + ": " + Reasons.of(e));
    }
  }

  /**
   * Takes leave as an application does (RFC 4253, section 11.1) and lets the server close first:
   * what it has sent meanwhile would otherwise turn the close into a reset. The result stands,
   * whatever happens here.
   */
  private static void leave(ClientSession session, Deadline deadline) {
    try {
      if (session.isOpen() && session.getServerVersion() != null) {
        Buffer packet = session.createBuffer(SshConstants.SSH_MSG_DISCONNECT);
        packet.putUInt(Disconnect.BY_APPLICATION);
        packet.putString(Farewell.TEXT);
        packet.putString("");
        session.writePacket(packet);
        session.waitFor(
            EnumSet.of(ClientSessionEvent.CLOSED),
            Math.min(deadline.leftMillis(), Farewell.PATIENCE_MILLIS));
      }
    } catch (IOException | RuntimeException e) {
      // The server has left in its own way.
    } finally {
      session.close(true);
    }
  }

  @Override
  public void close() {
    SshClient last;
    synchronized (this) {
      closed = true;
      last = client;
      client = null;
    }
    if (last != null) {
      last.stop();
    }
  }
}
