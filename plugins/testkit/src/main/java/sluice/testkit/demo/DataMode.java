package sluice.testkit.demo;

/** Who opens an FTP data connection, and with which command it is agreed (RFC 959, RFC 2428). */
enum DataMode {
  PASSIVE("PASV"),
  EXTENDED_PASSIVE("EPSV"),
  ACTIVE("PORT"),
  EXTENDED_ACTIVE("EPRT");

  private final String command;

  DataMode(String command) {
    this.command = command;
  }

  String command() {
    return command;
  }

  /** As the access log writes it. */
  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }
}
