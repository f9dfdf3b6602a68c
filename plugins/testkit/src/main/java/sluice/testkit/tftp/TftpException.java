package sluice.testkit.tftp;

import java.io.IOException;

/** The other side ended the transfer with an ERROR packet. */
public final class TftpException extends IOException {

  private static final long serialVersionUID = 1L;

  private final int code;

  /** From the packet. */
  public TftpException(TftpPacket error) {
    super("ERROR " + error.block() + ": " + error.message());
    this.code = error.block();
  }

  /** The error code, RFC 1350 appendix. */
  public int code() {
    return code;
  }
}
