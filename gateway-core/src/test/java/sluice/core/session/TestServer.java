package sluice.core.session;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A server whose behaviour is one method, run on a thread for each connection. */
final class TestServer implements AutoCloseable {

  interface Behaviour {
    void serve(Socket socket) throws Exception;
  }

  private final ServerSocket server;
  private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
  private final AtomicInteger accepted = new AtomicInteger();

  TestServer(Behaviour behaviour) throws IOException {
    this(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), behaviour);
  }

  TestServer(InetSocketAddress at, Behaviour behaviour) throws IOException {
    server = new ServerSocket(at.getPort(), 50, at.getAddress());
    start(
        () -> {
          while (true) {
            Socket socket = server.accept();
            socket.setSoTimeout(10_000);
            accepted.incrementAndGet();
            sockets.add(socket);
            start(
                () -> {
                  try (socket) {
                    behaviour.serve(socket);
                  }
                });
          }
        });
  }

  private interface Task {
    void run() throws Exception;
  }

  private static void start(Task task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } catch (Exception e) {
                // The test has closed it, or asserts on what the client saw.
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  /** Greets with a line and then does something. */
  static TestServer greeting(String line, Behaviour then) throws IOException {
    return new TestServer(
        socket -> {
          socket.getOutputStream().write((line + "\n").getBytes());
          then.serve(socket);
        });
  }

  /** Accepts and says nothing. */
  static TestServer silent() throws IOException {
    return new TestServer(socket -> socket.getInputStream().read());
  }

  InetSocketAddress address() {
    return (InetSocketAddress) server.getLocalSocketAddress();
  }

  int accepted() {
    return accepted.get();
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
