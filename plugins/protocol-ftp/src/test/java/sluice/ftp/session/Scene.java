package sluice.ftp.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import sluice.api.ByteSize;
import sluice.api.PortRanges;
import sluice.api.protocol.DataPeers;
import sluice.ftp.login.Choose;
import sluice.ftp.policy.FtpPolicy;

/** One FTP session between a client and a backend that the test plays. */
final class Scene implements AutoCloseable {

  static final FtpOptions DEFAULTS = options("auto");

  final FakeSession session;
  FakeSession.Link link;
  private final InetSocketAddress backendAddress;
  private final InetSocketAddress backendLocal;
  private final FtpProtocol protocol;

  private Scene(
      FtpOptions options, InetSocketAddress client, InetSocketAddress dialled, boolean backendV6) {
    session = new FakeSession(client, dialled);
    backendAddress = new InetSocketAddress(backendV6 ? "2001:db8:1::1" : "10.0.0.1", 21);
    backendLocal = new InetSocketAddress(backendV6 ? "2001:db8:1::99" : "10.0.0.99", 33000);
    protocol = new FtpProtocol(options);
    protocol.accept(session);
  }

  static FtpOptions options(String publicAddress) {
    return options(publicAddress, FtpTls.NONE);
  }

  static FtpOptions options(String publicAddress, FtpTls tls) {
    return options(publicAddress, tls, Choose.DEFAULT, FtpPolicy.NONE);
  }

  static FtpOptions options(String publicAddress, FtpTls tls, FtpPolicy policy) {
    return options(publicAddress, tls, Choose.DEFAULT, policy);
  }

  static FtpOptions options(String publicAddress, FtpTls tls, Choose choose) {
    return options(publicAddress, tls, choose, FtpPolicy.NONE);
  }

  private static FtpOptions options(
      String publicAddress, FtpTls tls, Choose choose, FtpPolicy policy) {
    return new FtpOptions(
        ControlMode.REWRITE,
        DataPeers.STRICT,
        DataMode.AS_CLIENT,
        publicAddress,
        Map.of(),
        ActiveSourcePort.ANY,
        List.of(),
        PortRanges.ANY,
        PortRanges.ANY,
        Duration.ofSeconds(30),
        Duration.ofSeconds(10),
        Duration.ofMinutes(5),
        new ByteSize(8192),
        tls,
        choose,
        policy);
  }

  /** A client at 192.0.2.7 that has dialled 192.0.2.1; no backend yet. */
  static Scene accepted() {
    return accepted(DEFAULTS, false, false);
  }

  static Scene accepted(FtpOptions options, boolean clientV6, boolean backendV6) {
    return new Scene(
        options,
        new InetSocketAddress(clientV6 ? "2001:db8::7" : "192.0.2.7", 5555),
        new InetSocketAddress(clientV6 ? "2001:db8::1" : "192.0.2.1", 2121),
        backendV6);
  }

  /** The same, greeted by a backend at 10.0.0.1. */
  static Scene greeted() {
    return greeted(false, false);
  }

  static Scene greeted(boolean clientV6, boolean backendV6) {
    return greeted(DEFAULTS, clientV6, backendV6);
  }

  static Scene greeted(FtpOptions options, boolean clientV6, boolean backendV6) {
    Scene scene = accepted(options, clientV6, backendV6);
    scene.attempt();
    scene.backend("220 ready");
    scene.clientGets("220 ready");
    return scene;
  }

  void attempt() {
    try {
      link = session.attempt(backendAddress, backendLocal);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** The client sends a line. */
  void client(String line) {
    clientSends(line + "\r\n");
  }

  void clientSends(String bytes) {
    session.client.writeInbound(Unpooled.copiedBuffer(bytes, StandardCharsets.ISO_8859_1));
    settle();
  }

  /** The backend sends a line. */
  void backend(String line) {
    backendSends(line + "\r\n");
  }

  void backendSends(String bytes) {
    link.channel.writeInbound(Unpooled.copiedBuffer(bytes, StandardCharsets.ISO_8859_1));
    settle();
  }

  void settle() {
    session.client.runPendingTasks();
    if (link != null) {
      link.channel.runPendingTasks();
    }
  }

  void pass(Duration time) {
    session.client.advanceTimeBy(time.toMillis(), TimeUnit.MILLISECONDS);
    session.client.runScheduledPendingTasks();
    if (link != null) {
      link.channel.advanceTimeBy(time.toMillis(), TimeUnit.MILLISECONDS);
      link.channel.runScheduledPendingTasks();
    }
    settle();
  }

  /** The client has got exactly these lines since it was last looked at; each in a write. */
  void clientGets(String... lines) {
    expect(session.client, lines);
  }

  /** The backend has got exactly these lines since it was last looked at; each in a write. */
  void backendGets(String... lines) {
    expect(link.channel, lines);
  }

  private static void expect(EmbeddedChannel channel, String... lines) {
    List<String> got = new ArrayList<>();
    for (ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
      String text = bytes.toString(StandardCharsets.ISO_8859_1);
      bytes.release();
      if (!text.endsWith("\r\n")) {
        throw new AssertionError("a write that is no whole line: " + text);
      }
      got.add(text.substring(0, text.length() - 2));
    }
    org.junit.jupiter.api.Assertions.assertEquals(List.of(lines), got);
  }

  /** The client sets up a passive data connection; returns it, not joined. */
  FakeData passive() {
    client("PASV");
    backendGets("PASV");
    backend("227 Entering Passive Mode (10,9,9,9,4,1)");
    FakeData data = data();
    int port = data.ports.get(sluice.api.Side.CLIENT);
    clientGets("227 Entering Passive Mode (192,0,2,1," + (port >> 8) + "," + (port & 255) + ").");
    return data;
  }

  /** A passive transfer that has begun and moves bytes. */
  FakeData transfer(String command) {
    FakeData data = passive();
    client(command);
    backendGets(command);
    data.join();
    backend("150 here it comes");
    clientGets("150 here it comes");
    return data;
  }

  FakeData data() {
    return session.data.get(session.data.size() - 1);
  }

  FakeSession.Moved moved() {
    return session.transfers.get(session.transfers.size() - 1);
  }

  @Override
  public void close() {
    session.client.finishAndReleaseAll();
    if (link != null) {
      link.channel.finishAndReleaseAll();
    }
    protocol.close();
  }
}
