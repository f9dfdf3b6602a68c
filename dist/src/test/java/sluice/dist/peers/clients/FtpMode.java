package sluice.dist.peers.clients;

/** How an FTP client has its data connections made. */
public enum FtpMode {
  PASV,
  EPSV,
  PORT,
  EPRT;

  /** The client connects. */
  public boolean passive() {
    return this == PASV || this == EPSV;
  }

  /** As the access log calls it. */
  public String recorded() {
    return (extended() ? "extended-" : "") + (passive() ? "passive" : "active");
  }

  /** RFC 2428, which knows IPv6 too. */
  public boolean extended() {
    return this == EPSV || this == EPRT;
  }
}
