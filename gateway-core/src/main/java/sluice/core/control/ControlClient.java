package sluice.core.control;

import com.fasterxml.jackson.core.type.TypeReference;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Asks a running gateway through its control socket. Blocks. */
public final class ControlClient {

  private final Path socket;

  /**
   * @param socket of the gateway, absolute
   */
  public ControlClient(Path socket) {
    this.socket = socket;
  }

  /**
   * The gateway as it is now.
   *
   * @throws NotRunningException if no gateway listens on the socket
   */
  public Status status() throws IOException {
    return Json.read(ask("GET", "/status"), new TypeReference<Status>() {});
  }

  /** The open sessions; throws as {@link #status}. */
  public List<SessionStatus> sessions() throws IOException {
    return Json.read(ask("GET", "/sessions"), new TypeReference<List<SessionStatus>>() {});
  }

  /**
   * Begins a stop; throws as {@link #status}.
   *
   * @return how long the gateway waits for what runs
   */
  public Duration stop() throws IOException {
    return Duration.ofMillis(
        Json.read(ask("POST", "/stop"), new TypeReference<ControlHandler.Stopping>() {})
            .timeoutMillis());
  }

  /**
   * One request; the answer as it came.
   *
   * @param method of HTTP
   * @param path for example {@code /status}
   * @return JSON
   * @throws NotRunningException if no gateway listens on the socket
   * @throws ControlException if the gateway has a problem with the request
   */
  public byte[] ask(String method, String path) throws IOException {
    byte[] answer =
        exchange(
            method
                + " "
                + path
                + " HTTP/1.1\r\nHost: gateway\r\n"
                + "Connection: close\r\nContent-Length: 0\r\n\r\n");
    int head = headLength(answer);
    String status = new String(answer, 0, Math.min(head, 12), StandardCharsets.US_ASCII);
    byte[] body = Arrays.copyOfRange(answer, head, answer.length);
    if (!status.endsWith(" 200")) {
      throw new ControlException(problem(body));
    }
    return body;
  }

  private byte[] exchange(String request) throws IOException {
    // Not the same as "does not exist": a folder that one may not look into says neither.
    if (Files.notExists(socket)) {
      throw new NotRunningException(socket);
    }
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      try {
        channel.connect(UnixDomainSocketAddress.of(socket));
      } catch (ConnectException e) {
        throw new NotRunningException(socket);
      } catch (IOException e) {
        throw new ControlException(
            "cannot connect to the control socket "
                + socket
                + " ("
                + e.getMessage()
                + "). Only its owner may; try as the user that runs the gateway",
            e);
      }
      ByteBuffer out = ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII));
      while (out.hasRemaining()) {
        channel.write(out);
      }
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      ByteBuffer in = ByteBuffer.allocate(16 * 1024);
      while (channel.read(in) >= 0) {
        answer.write(in.array(), 0, in.position());
        in.clear();
      }
      return answer.toByteArray();
    }
  }

  private static int headLength(byte[] answer) throws ControlException {
    int end = new String(answer, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n");
    if (end < 0) {
      throw new ControlException(
          "the gateway ended the connection in the middle of its answer; its log may say why");
    }
    return end + 4;
  }

  private static String problem(byte[] body) {
    try {
      return Json.read(body, new TypeReference<Map<String, String>>() {})
          .getOrDefault("problem", "the gateway refused without a reason");
    } catch (IOException e) {
      return "the gateway refused: " + new String(body, StandardCharsets.UTF_8);
    }
  }
}
