package sluice.dist.shell;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sluice.testkit.FtpPeer;

/** A conversation on a control connection, a line at a time. */
final class FtpTalk implements AutoCloseable {

  private static final Pattern EPSV = Pattern.compile("\\(\\|\\|\\|(\\d+)\\|\\)");

  private final Socket socket;
  private final BufferedReader replies;

  /** Logged in. */
  FtpTalk(InetSocketAddress server) throws IOException {
    socket = new Socket(server.getAddress(), server.getPort());
    socket.setSoTimeout(20_000);
    replies =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    reply("220");
    say("USER " + FtpPeer.USER, "331");
    say("PASS " + FtpPeer.PASSWORD, "230");
    say("TYPE I", "200");
  }

  String say(String command, String expected) throws IOException {
    socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
    return reply(expected);
  }

  String reply(String expected) throws IOException {
    String line = replies.readLine();
    if (line == null || !line.startsWith(expected)) {
      throw new IOException(expected + " expected, but there was " + line);
    }
    return line;
  }

  /** A passive data connection. */
  Socket data() throws IOException {
    Matcher port = EPSV.matcher(say("EPSV", "229"));
    if (!port.find()) {
      throw new IOException("229 without a port");
    }
    Socket data = new Socket(socket.getInetAddress(), Integer.parseInt(port.group(1)));
    data.setSoTimeout(20_000);
    return data;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
