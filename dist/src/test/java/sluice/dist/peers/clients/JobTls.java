package sluice.dist.peers.clients;

import java.nio.file.Path;

/**
 * How an FTP client is to use TLS, on all its connections.
 *
 * @param implicit from the first byte on, or else by AUTH TLS
 * @param version the only one it may use
 * @param ca PEM; a server whose certificate is not of it, or not for its address, is not believed
 */
public record JobTls(boolean implicit, Version version, Path ca) {

  /** The versions of TLS. */
  public enum Version {
    TLS_1_2("1.2"),
    TLS_1_3("1.3");

    private final String number;

    Version(String number) {
      this.number = number;
    }

    /** As in {@code TLSv1.3}. */
    public String javaName() {
      return "TLSv" + number;
    }

    /** As in {@code 1.3}. */
    @Override
    public String toString() {
      return number;
    }
  }
}
