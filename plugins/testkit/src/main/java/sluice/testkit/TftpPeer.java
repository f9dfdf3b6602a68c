package sluice.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import sluice.testkit.tftp.Netascii;
import sluice.testkit.tftp.TftpContent;
import sluice.testkit.tftp.TftpException;
import sluice.testkit.tftp.TftpExchange;
import sluice.testkit.tftp.TftpFaults;
import sluice.testkit.tftp.TftpOptions;
import sluice.testkit.tftp.TftpPacket;
import sluice.testkit.tftp.TftpSocket;

/**
 * A small TFTP server for tests and the demo: reads and writes files of a directory, octet and
 * netascii, with blksize, timeout, tsize and windowsize. As real servers do, it answers every
 * request from a new port, and a repeated request starts one more transfer. A client's ERROR ends
 * its transfer. Thread-safe.
 */
public final class TftpPeer implements AutoCloseable {

  private static final int ATTEMPTS = 6;

  private final Path root;
  private final TftpSocket socket;
  private final ExecutorService threads;
  private final Set<TftpSocket> transfers = ConcurrentHashMap.newKeySet();
  private final Queue<String> errors = new ConcurrentLinkedQueue<>();
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger completed = new AtomicInteger();
  private volatile TftpFaults faults = TftpFaults.none();
  private volatile Duration retransmit = Duration.ofSeconds(1);
  private volatile Duration dally = Duration.ofMillis(1);
  private volatile int attempts = ATTEMPTS;
  private volatile boolean silent;

  private TftpPeer(Path root, TftpSocket socket) {
    this.root = root.toAbsolutePath().normalize();
    this.socket = socket;
    this.threads =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "tftp-peer-" + socket.address().getPort());
              thread.setDaemon(true);
              return thread;
            });
  }

  /** A server on a free port of 127.0.0.1. */
  public static TftpPeer start(Path root) throws IOException {
    return start("127.0.0.1", root);
  }

  /** A server on a free port of an address. */
  public static TftpPeer start(String address, Path root) throws IOException {
    return start(new InetSocketAddress(InetAddress.getByName(address), 0), root);
  }

  /** A server on an address; port 0 for a free one. */
  public static TftpPeer start(InetSocketAddress address, Path root) throws IOException {
    TftpPeer peer = new TftpPeer(root, TftpSocket.open(address, TftpFaults.none()));
    peer.threads.execute(peer::listen);
    return peer;
  }

  /** Where requests go. */
  public InetSocketAddress address() {
    return socket.address();
  }

  /** How many RRQ and WRQ packets have come. */
  public int requests() {
    return requests.get();
  }

  /** How many transfers have ended as they should. */
  public int completed() {
    return completed.get();
  }

  /** How many transfers run now. */
  public int running() {
    return transfers.size();
  }

  /** How transfers failed so far, one line each: what a server would log as an error. */
  public List<String> errors() {
    return List.copyOf(errors);
  }

  /** From now on packets of new transfers meet these faults. */
  public void faults(TftpFaults other) {
    faults = other;
  }

  /** From now on new transfers send again after this time, unless the client asks for another. */
  public void retransmit(Duration time) {
    retransmit = time;
  }

  /**
   * From now on new uploads stay for this long after their last acknowledgement, in case it was
   * lost. Without it the server is gone at once, as atftpd is.
   */
  public void dally(Duration time) {
    dally = time;
  }

  /** From now on new transfers are given up after so many packets without an answer; at first 6. */
  public void attempts(int count) {
    attempts = count;
  }

  /** Whether it says nothing to requests, but counts them. */
  public void silent(boolean on) {
    silent = on;
  }

  private void listen() {
    try {
      while (!socket.closed()) {
        socket.receive(Duration.ofSeconds(60)).ifPresent(this::request);
      }
    } catch (SocketException e) {
      // Closed.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void request(TftpSocket.Received received) {
    int opcode = received.packet().opcode();
    if (opcode != TftpPacket.RRQ && opcode != TftpPacket.WRQ) {
      return;
    }
    requests.incrementAndGet();
    if (!silent) {
      threads.execute(() -> serve(received.packet(), received.from()));
    }
  }

  private void serve(TftpPacket request, InetSocketAddress client) {
    InetSocketAddress local = new InetSocketAddress(socket.address().getAddress(), 0);
    try (TftpSocket own = TftpSocket.open(local, faults)) {
      transfers.add(own);
      Map<String, String> granted = granted(request);
      Duration time =
          granted.containsKey("timeout")
              ? Duration.ofSeconds(Long.parseLong(granted.get("timeout")))
              : retransmit;
      TftpExchange exchange = new TftpExchange(own, client, true, time, attempts);
      try {
        serve(request, granted, exchange);
        completed.incrementAndGet();
      } catch (IOException e) {
        if (!socket.closed()) {
          errors.add(request + ": " + e.getMessage());
        }
      } finally {
        transfers.remove(own);
      }
    } catch (IOException e) {
      errors.add(request + ": " + e.getMessage());
    }
  }

  private void serve(TftpPacket request, Map<String, String> granted, TftpExchange exchange)
      throws IOException {
    Path file = root.resolve(request.file().replaceFirst("^/+", "")).normalize();
    boolean read = request.opcode() == TftpPacket.RRQ;
    boolean netascii = request.mode().equals("netascii");
    if (!netascii && !request.mode().equals("octet")) {
      throw refuse(exchange, 4, "Mode " + request.mode() + " is not supported");
    }
    if (!file.startsWith(root) || file.equals(root)) {
      throw refuse(exchange, 2, "Access violation");
    }
    if (read && !Files.isRegularFile(file)) {
      throw refuse(exchange, 1, "File not found");
    }
    if (!read && (file.getParent() == null || !Files.isDirectory(file.getParent()))) {
      throw refuse(exchange, 2, "Access violation");
    }
    TftpOptions options = TftpOptions.from(granted);
    if (read) {
      byte[] content = Files.readAllBytes(file);
      byte[] sent = netascii ? Netascii.encode(content) : content;
      if (granted.containsKey("tsize")) {
        granted.put("tsize", Integer.toString(sent.length));
      }
      if (!granted.isEmpty()) {
        exchange.ask(
            TftpPacket.oack(granted),
            packet -> packet.opcode() == TftpPacket.ACK && packet.block() == 0);
      }
      exchange.sendBlocks(sent, options);
    } else {
      TftpPacket opening = granted.isEmpty() ? TftpPacket.ack(0) : TftpPacket.oack(granted);
      exchange.send(opening);
      TftpContent content = exchange.receiveBlocks(null, opening, options);
      Files.write(file, netascii ? Netascii.decode(content.bytes()) : content.bytes());
      exchange.finish(content, dally);
    }
  }

  private static IOException refuse(TftpExchange exchange, int code, String message)
      throws IOException {
    TftpPacket error = TftpPacket.error(code, message);
    exchange.send(error);
    return new TftpException(error);
  }

  private static Map<String, String> granted(TftpPacket request) {
    Map<String, String> granted = new LinkedHashMap<>();
    request
        .options()
        .forEach(
            (name, value) -> {
              if (value.matches("[0-9]{1,18}")) {
                long asked = Long.parseLong(value);
                switch (name) {
                  case "blksize" -> granted.put(name, bounded(asked, 8, 65464));
                  case "windowsize" -> granted.put(name, bounded(asked, 1, 64));
                  case "timeout" -> granted.put(name, bounded(asked, 1, 255));
                  case "tsize" -> granted.put(name, value);
                  default -> {}
                }
              }
            });
    return granted;
  }

  private static String bounded(long asked, long least, long most) {
    return Long.toString(Math.max(least, Math.min(most, asked)));
  }

  /** Ends all transfers where they are. */
  @Override
  public void close() {
    socket.close();
    transfers.forEach(TftpSocket::close);
    threads.shutdown();
    try {
      if (!threads.awaitTermination(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("a transfer of the TFTP server does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
