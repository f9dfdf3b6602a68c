package sluice.ftp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** An FTP client that does what it is told, byte for byte. Blocking, with a limit on every read. */
final class RawClient implements AutoCloseable {

  private static final int LIMIT_MILLIS = 15_000;

  Socket control = new Socket();
  private SSLContext tls;
  private boolean securesData;

  RawClient(InetSocketAddress gateway) throws IOException {
    this("127.0.0.1", gateway);
  }

  /** Comes from an address of this machine, if the gateway's is of its family. */
  RawClient(String local, InetSocketAddress gateway) throws IOException {
    InetAddress from = InetAddress.getByName(local);
    if (from.getClass() == gateway.getAddress().getClass()) {
      control.bind(new InetSocketAddress(from, 0));
    }
    control.setSoTimeout(LIMIT_MILLIS);
    control.setTcpNoDelay(true);
    control.connect(gateway, LIMIT_MILLIS);
  }

  static RawClient loggedIn(InetSocketAddress gateway) throws IOException {
    return new RawClient(gateway).logIn();
  }

  RawClient logIn() throws IOException {
    expect("220");
    ask("331", "USER user");
    ask("230", "PASS password");
    ask("200", "TYPE I");
    return this;
  }

  /** Begins TLS. */
  RawClient secure(SSLContext context) throws IOException {
    tls = context;
    control = under(control, context);
    ((SSLSocket) control).startHandshake();
    return this;
  }

  /** Asks for TLS, and for data under it. */
  RawClient auth(SSLContext context) throws IOException {
    expect("220");
    ask("234", "AUTH TLS");
    secure(context);
    ask("200", "PBSZ 0");
    ask("200", "PROT P");
    securesData = true;
    return this;
  }

  RawClient logInSecured() throws IOException {
    ask("331", "USER user");
    ask("230", "PASS password");
    ask("200", "TYPE I");
    return this;
  }

  /** From now on data connections are begun under TLS, or are not. */
  RawClient securesData(boolean is) {
    securesData = is;
    return this;
  }

  private static Socket under(Socket socket, SSLContext context) throws IOException {
    SSLSocket secured =
        (SSLSocket)
            context.getSocketFactory().createSocket(socket, "127.0.0.1", socket.getPort(), true);
    secured.setUseClientMode(true);
    secured.setSoTimeout(LIMIT_MILLIS);
    return secured;
  }

  void send(String line) throws IOException {
    sendRaw(line + "\r\n");
  }

  void sendRaw(String bytes) throws IOException {
    control.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
    control.getOutputStream().flush();
  }

  /** The next reply; its lines joined by LF. Null at the end of the stream. */
  String reply() throws IOException {
    String line = line();
    if (line == null) {
      return null;
    }
    StringBuilder reply = new StringBuilder(line);
    if (line.length() > 3 && line.charAt(3) == '-') {
      String end = line.substring(0, 3) + " ";
      do {
        line = line();
        reply.append('\n').append(line);
      } while (line != null && !line.startsWith(end));
    }
    return reply.toString();
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    InputStream in = control.getInputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        return null;
      }
      line.write(b);
    }
    String text = line.toString(StandardCharsets.ISO_8859_1);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  String expect(String code) throws IOException {
    String reply = reply();
    if (reply == null || !reply.startsWith(code)) {
      throw new AssertionError("expected " + code + " but got " + reply);
    }
    return reply;
  }

  String ask(String code, String line) throws IOException {
    send(line);
    return expect(code);
  }

  /** Sets up a data connection: PASV, EPSV, PORT or EPRT. */
  DataPort prepare(String how) throws IOException {
    boolean active = how.equals("PORT") || how.equals("EPRT");
    if (active) {
      ServerSocket server = new ServerSocket(0, 5, control.getLocalAddress());
      server.setSoTimeout(LIMIT_MILLIS);
      int port = server.getLocalPort();
      InetAddress here = control.getLocalAddress();
      boolean v4 = here.getAddress().length == 4;
      ask(
          "200",
          how.equals("PORT")
              ? "PORT "
                  + here.getHostAddress().replace('.', ',')
                  + ","
                  + port / 256
                  + ","
                  + port % 256
              : "EPRT |" + (v4 ? 1 : 2) + "|" + here.getHostAddress() + "|" + port + "|");
      return new DataPort(server, null, null, securesData ? tls : null);
    }
    String reply = ask(how.equals("PASV") ? "227" : "229", how);
    InetSocketAddress address;
    if (how.equals("PASV")) {
      String[] n = reply.replaceAll(".*\\(|\\).*", "").split(",");
      address =
          new InetSocketAddress(
              String.join(".", n[0], n[1], n[2], n[3]),
              Integer.parseInt(n[4]) * 256 + Integer.parseInt(n[5]));
    } else {
      int port = Integer.parseInt(reply.replaceAll(".*\\|\\|\\||\\|\\).*", ""));
      address = new InetSocketAddress(control.getInetAddress(), port);
    }
    return new DataPort(null, control.getLocalAddress(), address, securesData ? tls : null);
  }

  /** Where the data connection will be. */
  record DataPort(
      ServerSocket server, InetAddress from, InetSocketAddress address, SSLContext tls) {

    Socket open() {
      try {
        if (server != null) {
          try (server) {
            Socket data = server.accept();
            data.setSoTimeout(LIMIT_MILLIS);
            return tls == null ? data : under(data, tls);
          }
        }
        Socket data = new Socket();
        data.setSoTimeout(LIMIT_MILLIS);
        data.bind(new InetSocketAddress(from, 0));
        data.connect(address, LIMIT_MILLIS);
        return tls == null ? data : under(data, tls);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  byte[] download(String how, String command) throws IOException {
    DataPort port = prepare(how);
    if (port.server() == null) {
      try (Socket data = port.open()) {
        send(command);
        expect("150");
        byte[] bytes = data.getInputStream().readAllBytes();
        expect("226");
        return bytes;
      }
    }
    send(command);
    expect("150");
    try (Socket data = port.open()) {
      byte[] bytes = data.getInputStream().readAllBytes();
      expect("226");
      return bytes;
    }
  }

  void upload(String how, String command, byte[] bytes) throws IOException {
    DataPort port = prepare(how);
    send(command);
    expect("150");
    try (Socket data = port.open()) {
      data.getOutputStream().write(bytes);
    }
    expect("226");
  }

  @Override
  public void close() throws IOException {
    control.close();
  }
}
