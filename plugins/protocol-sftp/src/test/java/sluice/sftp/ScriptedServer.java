package sluice.sftp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Takes connections one after the other and does with each what it was told. */
public final class ScriptedServer implements AutoCloseable {

  /** What to do with a connection; it is closed afterwards. */
  public interface Script {
    void serve(Socket socket) throws Exception;
  }

  private final ServerSocket server;
  private final Thread thread;
  private final BlockingQueue<InetAddress> seen = new LinkedBlockingQueue<>();

  public ScriptedServer(Script script) throws IOException {
    server = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"));
    thread =
        new Thread(
            () -> {
              while (!server.isClosed()) {
                try (Socket socket = server.accept()) {
                  seen.add(socket.getInetAddress());
                  script.serve(socket);
                } catch (Exception e) {
                  // The other side has had enough, or the test is over.
                }
              }
            },
            "scripted-server");
    thread.start();
  }

  /** Says these bytes and closes. */
  public static ScriptedServer saying(String bytes) throws IOException {
    return new ScriptedServer(
        socket ->
            socket
                .getOutputStream()
                .write(bytes.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1)));
  }

  /** Says nothing until the other side closes. */
  public static ScriptedServer silent() throws IOException {
    return new ScriptedServer(socket -> socket.getInputStream().readAllBytes());
  }

  public InetSocketAddress address() {
    return new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
  }

  /** Where the next connection came from. */
  public InetAddress client() throws InterruptedException {
    return seen.poll(10, TimeUnit.SECONDS);
  }

  @Override
  public void close() throws IOException {
    server.close();
    thread.interrupt();
    try {
      thread.join(10_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
