package sluice.testkit.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * As much of an FTP client as the demo needs. It believes what the server announces, address and
 * port, so that a gateway which announces something wrong is found out; libraries correct that
 * silently.
 */
final class DemoFtp implements AutoCloseable {

  private static final int TIMEOUT_MILLIS = 10_000;
  private static final Pattern PASV_REPLY =
      Pattern.compile("(\\d+),(\\d+),(\\d+),(\\d+),(\\d+),(\\d+)");
  private static final Pattern EPSV_REPLY = Pattern.compile("\\(\\|\\|\\|(\\d+)\\|\\)");

  private final Socket control;
  private final BufferedReader replies;

  DemoFtp(InetSocketAddress server, String user, String password) throws IOException {
    control = new Socket();
    try {
      control.setSoTimeout(TIMEOUT_MILLIS);
      control.connect(server, TIMEOUT_MILLIS);
      replies =
          new BufferedReader(
              new InputStreamReader(control.getInputStream(), StandardCharsets.UTF_8));
      expect("the greeting", "220", reply());
      expect("USER", "331", command("USER " + user));
      expect("PASS", "230", command("PASS " + password));
      expect("TYPE I", "200", command("TYPE I"));
    } catch (IOException e) {
      control.close();
      throw e;
    }
  }

  byte[] download(DataMode mode, String file) throws IOException {
    try (Opening opening = open(mode)) {
      expect("RETR", "150", command("RETR " + file));
      byte[] content;
      try (Socket data = opening.connection()) {
        content = data.getInputStream().readAllBytes();
      }
      expect("RETR", "226", reply());
      return content;
    }
  }

  void upload(DataMode mode, String file, byte[] content) throws IOException {
    try (Opening opening = open(mode)) {
      expect("STOR", "150", command("STOR " + file));
      try (Socket data = opening.connection()) {
        data.getOutputStream().write(content);
      }
      expect("STOR", "226", reply());
    }
  }

  /** A data connection that is agreed on but not there yet. */
  private record Opening(Socket dialled, ServerSocket expected) implements AutoCloseable {

    Socket connection() throws IOException {
      if (dialled != null) {
        return dialled;
      }
      expected.setSoTimeout(TIMEOUT_MILLIS);
      Socket data = expected.accept();
      data.setSoTimeout(TIMEOUT_MILLIS);
      return data;
    }

    @Override
    public void close() throws IOException {
      if (dialled != null) {
        dialled.close();
      } else {
        expected.close();
      }
    }
  }

  private Opening open(DataMode mode) throws IOException {
    return switch (mode) {
      case PASSIVE -> dial(pasv(command("PASV")));
      case EXTENDED_PASSIVE ->
          dial(new InetSocketAddress(control.getInetAddress(), epsv(command("EPSV"))));
      case ACTIVE, EXTENDED_ACTIVE -> listen(mode);
    };
  }

  private static Opening dial(InetSocketAddress address) throws IOException {
    Socket data = new Socket();
    data.connect(address, TIMEOUT_MILLIS);
    data.setSoTimeout(TIMEOUT_MILLIS);
    return new Opening(data, null);
  }

  private Opening listen(DataMode mode) throws IOException {
    InetAddress local = control.getLocalAddress();
    ServerSocket expected = new ServerSocket(0, 1, local);
    int port = expected.getLocalPort();
    String argument =
        mode == DataMode.ACTIVE
            ? local.getHostAddress().replace('.', ',') + "," + (port >> 8) + "," + (port & 255)
            : "|1|" + local.getHostAddress() + "|" + port + "|";
    try {
      expect(mode.command(), "200", command(mode.command() + " " + argument));
    } catch (IOException e) {
      expected.close();
      throw e;
    }
    return new Opening(null, expected);
  }

  private static InetSocketAddress pasv(String reply) throws IOException {
    Matcher numbers = PASV_REPLY.matcher(reply);
    if (!reply.startsWith("227") || !numbers.find()) {
      throw new IOException("PASV was answered with \"" + reply + "\", but 227 was expected");
    }
    String host =
        String.join(".", numbers.group(1), numbers.group(2), numbers.group(3), numbers.group(4));
    return new InetSocketAddress(
        host, Integer.parseInt(numbers.group(5)) * 256 + Integer.parseInt(numbers.group(6)));
  }

  private static int epsv(String reply) throws IOException {
    Matcher port = EPSV_REPLY.matcher(reply);
    if (!reply.startsWith("229") || !port.find()) {
      throw new IOException("EPSV was answered with \"" + reply + "\", but 229 was expected");
    }
    return Integer.parseInt(port.group(1));
  }

  private String command(String line) throws IOException {
    control.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
    return reply();
  }

  /** The last line of a reply, RFC 959, section 4.2. */
  private String reply() throws IOException {
    String line = line();
    if (line.length() > 3 && line.charAt(3) == '-') {
      String end = line.substring(0, 3) + " ";
      while (!line.startsWith(end)) {
        line = line();
      }
    }
    return line;
  }

  private String line() throws IOException {
    String line = replies.readLine();
    if (line == null) {
      throw new IOException("the server ended the connection");
    }
    return line;
  }

  private static void expect(String what, String code, String reply) throws IOException {
    if (!reply.startsWith(code)) {
      throw new IOException(
          what + " was answered with \"" + reply + "\", but " + code + " was expected");
    }
  }

  @Override
  public void close() throws IOException {
    try {
      command("QUIT");
    } finally {
      control.close();
    }
  }
}
