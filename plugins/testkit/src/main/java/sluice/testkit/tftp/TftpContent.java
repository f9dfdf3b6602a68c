package sluice.testkit.tftp;

import java.io.ByteArrayOutputStream;

/** The blocks that have been received in order. */
public final class TftpContent {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private long blocks;

  void add(TftpPacket data) {
    bytes.writeBytes(data.content());
    blocks++;
  }

  /** How many blocks there are. */
  public long blocks() {
    return blocks;
  }

  /** Their content. */
  public byte[] bytes() {
    return bytes.toByteArray();
  }
}
