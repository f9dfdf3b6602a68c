package sluice.testkit.tftp;

import java.util.Map;

/**
 * What two sides agreed on.
 *
 * @param blksize bytes of a full block, RFC 2348
 * @param windowsize blocks without an acknowledgement, RFC 7440
 */
public record TftpOptions(int blksize, int windowsize) {

  /** RFC 1350. */
  public static final TftpOptions DEFAULT = new TftpOptions(512, 1);

  /** From an OACK's options; what is absent is the default. */
  public static TftpOptions from(Map<String, String> oack) {
    return new TftpOptions(
        Integer.parseInt(oack.getOrDefault("blksize", "512")),
        Integer.parseInt(oack.getOrDefault("windowsize", "1")));
  }
}
