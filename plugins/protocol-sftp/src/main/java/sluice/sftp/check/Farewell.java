package sluice.sftp.check;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import sluice.sftp.wire.Disconnect;

/** How a check introduces itself and takes leave, in every stage the same. */
final class Farewell {

  /** The software version of the check's own identification (RFC 4253, section 4.2). */
  static final String SOFTWARE = "Sluice_check";

  /** The description that servers log. */
  static final String TEXT = "health check done";

  /** How long a server may take to close after the good-bye. */
  static final int PATIENCE_MILLIS = 1000;

  private Farewell() {}

  /** The identification and SSH_MSG_DISCONNECT, for a server of which no more is wanted. */
  static byte[] words() {
    byte[] identification = ("SSH-2.0-" + SOFTWARE + "\r\n").getBytes(StandardCharsets.US_ASCII);
    byte[] packet = Disconnect.packet(Disconnect.BY_APPLICATION, TEXT);
    return ByteBuffer.allocate(identification.length + packet.length)
        .put(identification)
        .put(packet)
        .array();
  }
}
