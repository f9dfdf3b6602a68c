package sluice.sftp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import sluice.api.protocol.Refusal;
import sluice.sftp.wire.Disconnect;

/**
 * What a client is told when nobody takes its session. SSH clients show their users one thing only
 * that a server may say so early: SSH_MSG_DISCONNECT with a text, after an identification line (RFC
 * 4253, sections 4.2 and 11.1). Before it stands the same as a plain line, which a server may send
 * too, for those who look at the connection by other means.
 */
final class RefusalWords {

  private RefusalWords() {}

  /** The line, the identification and the packet. */
  static ByteBuf of(Refusal refusal) {
    int reason =
        switch (refusal.reason()) {
          case BACKENDS_FULL, LISTENER_FULL, CLIENT_FULL -> Disconnect.TOO_MANY_CONNECTIONS;
          case NO_BACKEND, NO_ANSWER, STOPPING -> Disconnect.SERVICE_NOT_AVAILABLE;
        };
    String lines = "Sluice: " + refusal.message() + "\r\nSSH-2.0-Sluice\r\n";
    return Unpooled.wrappedBuffer(
        lines.getBytes(StandardCharsets.UTF_8), Disconnect.packet(reason, refusal.message()));
  }
}
