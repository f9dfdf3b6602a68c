package sluice.ftp;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server whose every word the test has written. One thread a connection. */
public final class ScriptedServer implements AutoCloseable {

  /** What a server says to a client from its arrival on. */
  @FunctionalInterface
  public interface Script {
    void talk(Talk talk) throws Exception;
  }

  private final ServerSocket server;
  private final List<Socket> open = new CopyOnWriteArrayList<>();

  /** All lines that clients have sent. */
  public final List<String> heard = new CopyOnWriteArrayList<>();

  /** What the script or its connection ended with, if not as it should. */
  public final List<Throwable> problems = new CopyOnWriteArrayList<>();

  public ScriptedServer(Script script) throws IOException {
    this("127.0.0.1", script);
  }

  public ScriptedServer(String address, Script script) throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getByName(address));
    Thread accept =
        new Thread(
            () -> {
              while (!server.isClosed()) {
                try {
                  Socket socket = server.accept();
                  open.add(socket);
                  Thread thread = new Thread(() -> run(script, socket), "testkit-scripted");
                  thread.setDaemon(true);
                  thread.start();
                } catch (IOException e) {
                  return;
                }
              }
            },
            "testkit-scripted-accept");
    accept.setDaemon(true);
    accept.start();
  }

  private void run(Script script, Socket socket) {
    try (socket) {
      socket.setSoTimeout(20_000);
      socket.setTcpNoDelay(true);
      script.talk(new Talk(socket));
    } catch (Throwable e) {
      problems.add(e);
    }
  }

  public InetSocketAddress address() {
    return (InetSocketAddress) server.getLocalSocketAddress();
  }

  /** One connection. */
  public final class Talk {
    public final Socket socket;
    private final BufferedReader in;

    Talk(Socket socket) throws IOException {
      this.socket = socket;
      this.in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
    }

    public void say(String line) throws IOException {
      raw(line + "\r\n");
    }

    public void raw(String bytes) throws IOException {
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
    }

    /** The client's next line; null when it has left. */
    public String hear() throws IOException {
      String line = in.readLine();
      if (line != null) {
        heard.add(line);
      }
      return line;
    }

    /** Hears exactly this and answers. */
    public void answer(String line, String reply) throws IOException {
      String got = hear();
      if (!line.equals(got)) {
        throw new AssertionError("expected " + line + " but heard " + got);
      }
      say(reply);
    }

    /** A port for a passive data connection, listening. */
    public ServerSocket passivePort() throws IOException {
      ServerSocket data = new ServerSocket(0, 5, socket.getLocalAddress());
      data.setSoTimeout(20_000);
      return data;
    }

    /** Waits until the client leaves. */
    public void untilGone() throws IOException {
      while (hear() != null) {
        // What it says does not matter.
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
