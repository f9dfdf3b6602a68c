package sluice.ftp.check;

import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import sluice.api.health.ProbeTls;
import sluice.api.protocol.ClientTls;
import sluice.ftp.codec.Reply;
import sluice.ftp.codec.ReplyDecoder;

/** A blocking control connection with one time limit for all it does. */
final class CheckConnection implements AutoCloseable {

  /** How long a reply without a proper end is waited for. */
  private static final int SILENCE_MILLIS = 300;

  private final long start = System.nanoTime();
  private final long end;
  private final Duration timeout;
  private final Optional<InetAddress> source;
  private Socket socket;
  private final ReplyDecoder decoder = new ReplyDecoder();
  private final Deque<Reply> replies = new ArrayDeque<>();
  private final byte[] buffer = new byte[4096];

  CheckConnection(InetSocketAddress server, Optional<InetAddress> source, Duration timeout)
      throws IOException, CheckException {
    this.timeout = timeout;
    // A little before the caller's own limit, so that the reason is the better one.
    this.end = start + timeout.toNanos() - Math.min(50_000_000, timeout.toNanos() / 10);
    this.source = source;
    this.socket = connect(server);
  }

  private Socket connect(InetSocketAddress server) throws IOException, CheckException {
    // A channel's socket, because an interrupt ends what it waits for.
    Socket opened = SocketChannel.open().socket();
    try {
      if (source.isPresent()) {
        opened.bind(new InetSocketAddress(source.get(), 0));
      }
      opened.connect(server, leftMillis());
      opened.setTcpNoDelay(true);
      return opened;
    } catch (SocketTimeoutException e) {
      opened.close();
      throw new CheckException("no connection to port " + server.getPort() + inTime());
    } catch (IOException e) {
      opened.close();
      throw new CheckException("no connection to port " + server.getPort() + ": " + e.getMessage());
    }
  }

  private String inTime() {
    return " within " + timeout.toMillis() + "ms";
  }

  private int leftMillis() {
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, (end - System.nanoTime()) / 1_000_000));
  }

  /** How long it has taken so far. */
  Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /**
   * Goes on under TLS.
   *
   * @throws CheckException if that does not come about
   */
  SSLSession secure(ProbeTls tls, ClientTls spec, String host) throws IOException, CheckException {
    if (!replies.isEmpty() || decoder.midReply()) {
      throw new CheckException("it sent more in clear text behind its reply to AUTH TLS");
    }
    SSLSocket secured = secured(socket, tls, spec, host);
    socket = secured;
    return secured.getSession();
  }

  private SSLSocket secured(Socket plain, ProbeTls tls, ClientTls spec, String host)
      throws IOException, CheckException {
    plain.setSoTimeout(leftMillis());
    try {
      return tls.secure(plain, spec, host);
    } catch (SocketTimeoutException e) {
      throw new CheckException("no end of the TLS handshake" + inTime());
    } catch (SSLException e) {
      throw new CheckException("TLS failed: " + e.getMessage());
    }
  }

  /** Sends a command and gives its final reply; {@code shown} stands for it in messages. */
  Reply ask(String line, String shown) throws IOException, CheckException {
    send(line);
    return finalReply("no answer to " + shown);
  }

  void send(String line) throws IOException {
    socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
  }

  /** The next reply that is not preliminary. */
  Reply finalReply(String missing) throws IOException, CheckException {
    Reply reply = reply(missing);
    while (reply.preliminary() || !reply.last()) {
      reply = reply(missing);
    }
    return reply;
  }

  /**
   * The next reply.
   *
   * @param missing what to say if none comes
   */
  Reply reply(String missing) throws IOException, CheckException {
    while (replies.isEmpty()) {
      boolean doubt = decoder.mayBeOver();
      if (System.nanoTime() >= end) {
        throw new CheckException(missing + inTime());
      }
      socket.setSoTimeout(doubt ? Math.min(SILENCE_MILLIS, leftMillis()) : leftMillis());
      try {
        int read = socket.getInputStream().read(buffer);
        if (read < 0) {
          decoder.finish(replies::add);
          if (replies.isEmpty()) {
            throw new CheckException(missing + ": the server closed the connection");
          }
        } else {
          decoder.feed(Unpooled.wrappedBuffer(buffer, 0, read), replies::add);
        }
      } catch (SocketTimeoutException e) {
        if (doubt) {
          decoder.finish(replies::add);
        }
      } catch (SSLException e) {
        // Under TLS 1.3 a server says only now what it thinks of the gateway's certificate.
        throw new CheckException("the server ended TLS: " + e.getMessage());
      } catch (IllegalStateException e) {
        throw new CheckException("no FTP server: " + e.getMessage());
      }
    }
    return replies.remove();
  }

  /** Opens a passive data connection to the server; its limit is this connection's. */
  Socket data(int port) throws IOException, CheckException {
    Socket data = connect(new InetSocketAddress(socket.getInetAddress(), port));
    data.setSoTimeout(leftMillis());
    return data;
  }

  /** TLS on a data connection. */
  Socket secureData(Socket data, ProbeTls tls, ClientTls spec, String host)
      throws IOException, CheckException {
    return secured(data, tls, spec, host);
  }

  boolean timeLeft() {
    return System.nanoTime() < end;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
