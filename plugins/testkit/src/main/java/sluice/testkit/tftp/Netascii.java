package sluice.testkit.tftp;

import java.io.ByteArrayOutputStream;

/** The netascii of RFC 1350 (and RFC 764): a line ends with CR LF, a lone CR is CR NUL. */
public final class Netascii {

  private Netascii() {}

  /** From local lines, which end with LF. */
  public static byte[] encode(byte[] local) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(local.length + 64);
    for (byte b : local) {
      if (b == '\n') {
        out.write('\r');
        out.write('\n');
      } else if (b == '\r') {
        out.write('\r');
        out.write(0);
      } else {
        out.write(b);
      }
    }
    return out.toByteArray();
  }

  /** To local lines, which end with LF. */
  public static byte[] decode(byte[] netascii) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(netascii.length);
    for (int i = 0; i < netascii.length; i++) {
      byte next = i + 1 < netascii.length ? netascii[i + 1] : -1;
      if (netascii[i] == '\r' && (next == '\n' || next == 0)) {
        out.write(next == '\n' ? '\n' : '\r');
        i++;
      } else {
        out.write(netascii[i]);
      }
    }
    return out.toByteArray();
  }
}
