package sluice.sftp.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * SSH_MSG_DISCONNECT (RFC 4253, section 11.1) as it is sent before any key exchange, so in clear
 * text (section 6). Servers log it, and clients show its text; a connection that is merely closed
 * tells neither.
 */
public final class Disconnect {

  /** RFC 4253, section 11.1: SSH_DISCONNECT_SERVICE_NOT_AVAILABLE. */
  public static final int SERVICE_NOT_AVAILABLE = 7;

  /** RFC 4253, section 11.1: SSH_DISCONNECT_BY_APPLICATION. OpenSSH does not log it as an error. */
  public static final int BY_APPLICATION = 11;

  /** RFC 4253, section 11.1: SSH_DISCONNECT_TOO_MANY_CONNECTIONS. */
  public static final int TOO_MANY_CONNECTIONS = 12;

  private static final byte SSH_MSG_DISCONNECT = 1;
  private static final int BLOCK = 8;
  private static final int MIN_PADDING = 4;

  private Disconnect() {}

  /**
   * The packet: length, padding length, message, padding.
   *
   * @param reason a code of RFC 4253, section 11.1
   * @param text one line for people
   */
  public static byte[] packet(int reason, String text) {
    byte[] description = text.getBytes(StandardCharsets.UTF_8);
    int payload = 1 + 4 + 4 + description.length + 4;
    int padding = BLOCK - (4 + 1 + payload) % BLOCK;
    if (padding < MIN_PADDING) {
      padding += BLOCK;
    }
    ByteBuffer packet = ByteBuffer.allocate(4 + 1 + payload + padding);
    packet.putInt(1 + payload + padding).put((byte) padding);
    packet.put(SSH_MSG_DISCONNECT).putInt(reason);
    packet.putInt(description.length).put(description);
    packet.putInt(0); // the language tag is empty
    return packet.array(); // the padding stays zero: there is nothing to hide yet
  }
}
