package sluice.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;

/**
 * A server that does not serve, on a free port of 127.0.0.1: what a health check meets on a bad
 * day.
 */
public final class FaultyPeer implements AutoCloseable {

  /** What is wrong with it. */
  public enum Fault {
    /** Nobody listens. */
    REFUSES,
    /** It accepts and says nothing. */
    SILENT,
    /** It accepts and closes. Over UDP the same as {@link #SILENT}. */
    CLOSES,
    /** It accepts and talks garbage, without end. Over UDP it answers garbage. */
    GARBAGE
  }

  private final Fault fault;
  private final ServerSocket server;
  private final DatagramSocket socket;
  private final InetSocketAddress address;
  private final Set<Socket> accepted = new HashSet<>();
  private int met;
  private boolean closed;

  private FaultyPeer(Fault fault, ServerSocket server, DatagramSocket socket) {
    this.fault = fault;
    this.server = server;
    this.socket = socket;
    this.address =
        (InetSocketAddress)
            (server != null ? server.getLocalSocketAddress() : socket.getLocalSocketAddress());
  }

  /** One that is dialled over TCP. */
  public static FaultyPeer stream(Fault fault) throws IOException {
    ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    FaultyPeer peer = new FaultyPeer(fault, server, null);
    peer.begin(peer::accept);
    return peer;
  }

  /** One that is sent datagrams. */
  public static FaultyPeer datagram(Fault fault) throws IOException {
    DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
    FaultyPeer peer = new FaultyPeer(fault, null, socket);
    peer.begin(peer::receive);
    return peer;
  }

  private void begin(Runnable serve) throws IOException {
    if (fault == Fault.REFUSES) {
      // The port was free a moment ago, so that nobody listens there.
      close();
      return;
    }
    daemon(serve);
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "testkit-faulty-peer");
    thread.setDaemon(true);
    thread.start();
  }

  /** Where it is. */
  public InetSocketAddress address() {
    return address;
  }

  /** Waits until a client has connected or sent something. */
  public synchronized void awaitClient() throws InterruptedException {
    long end = System.nanoTime() + 10_000_000_000L;
    while (met == 0) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        throw new AssertionError("nobody came to " + address + " within 10s");
      }
      wait(left);
    }
  }

  /** Connections that neither side has closed yet; 0 over UDP. */
  public synchronized int clients() {
    return accepted.size();
  }

  private synchronized void part(Socket client) {
    accepted.remove(client);
  }

  private synchronized boolean meet(Socket client) {
    if (closed) {
      return false;
    }
    if (client != null) {
      accepted.add(client);
    }
    met++;
    notifyAll();
    return true;
  }

  private void accept() {
    try {
      while (true) {
        Socket client = server.accept();
        if (!meet(client) || fault == Fault.CLOSES) {
          client.close();
          part(client);
        } else if (fault == Fault.GARBAGE) {
          daemon(() -> babble(client));
        } else {
          daemon(() -> swallow(client));
        }
      }
    } catch (IOException e) {
      // The socket was closed: that is the end.
    }
  }

  private void babble(Socket client) {
    byte[] noise = new byte[256];
    new Random(1).nextBytes(noise);
    noise[0] = '?';
    noise[254] = '\r';
    noise[255] = '\n';
    try (client) {
      OutputStream out = client.getOutputStream();
      while (true) {
        out.write(noise);
      }
    } catch (IOException e) {
      // It went away.
    } finally {
      part(client);
    }
  }

  private void swallow(Socket client) {
    try (client) {
      InputStream in = client.getInputStream();
      while (in.read() >= 0) {
        // Not a word.
      }
    } catch (IOException e) {
      // It went away.
    } finally {
      part(client);
    }
  }

  private void receive() {
    byte[] noise = new byte[40];
    new Random(1).nextBytes(noise);
    noise[0] = (byte) 0xff;
    try {
      while (true) {
        DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
        socket.receive(packet);
        meet(null);
        if (fault == Fault.GARBAGE) {
          socket.send(new DatagramPacket(noise, noise.length, packet.getSocketAddress()));
        }
      }
    } catch (IOException e) {
      // The socket was closed: that is the end.
    }
  }

  @Override
  public void close() {
    try {
      synchronized (this) {
        closed = true;
        for (Socket client : accepted) {
          client.close();
        }
      }
      if (server != null) {
        server.close();
      }
      if (socket != null) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
