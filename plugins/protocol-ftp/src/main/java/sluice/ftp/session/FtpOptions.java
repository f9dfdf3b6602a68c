package sluice.ftp.session;

import java.time.Duration;
import java.util.Optional;
import sluice.api.ByteSize;
import sluice.api.Default;
import sluice.api.Doc;
import sluice.api.PortRanges;
import sluice.api.protocol.StaticPorts;
import sluice.ftp.policy.FtpPolicy;

/** The options of an FTP listener. */
public record FtpOptions(
    @Doc(
            "rewrite reads the control connection and rewrites what announces data connections;"
                + " passthrough hands everything through unread, TLS between client and backend"
                + " included, and passthrough-implicit the same for TLS from the first byte on"
                + " (port 990). Passed through, every backend needs data-ports.")
        @Default("rewrite")
        ControlMode control,
    @Doc(
            "Passed through, from where data connections may come: strict is the address of the"
                + " control connection, any is any address while a session with that backend is"
                + " open.")
        @Default("strict")
        DataPeer dataPeer,
    @Doc(
            "The IPv4 address that clients are told in answer to PASV: auto (the address the client"
                + " dialled), an address, or a name that is looked up as it changes.")
        @Default("auto")
        String publicAddress,
    @Doc(
            "Ports on which clients' passive data connections are expected, one for each transfer"
                + " under way; 0 is any free port.")
        @Default("0")
        PortRanges dataPorts,
    @Doc(
            "Ports on which backends' data connections are expected in active mode; 0 is any free"
                + " port.")
        @Default("0")
        PortRanges backendDataPorts,
    @Doc("How long a transfer waits for its data connection to be opened on both sides.")
        @Default("30s")
        Duration dataConnectTimeout,
    @Doc(
            "How long the backend may be silent after a data connection broke, or after ABOR, before"
                + " the gateway answers the client itself.")
        @Default("10s")
        Duration dataAbortTimeout,
    @Doc(
            "How long a data connection may move nothing, and how long the backend may take to"
                + " confirm a transfer.")
        @Default("5m")
        Duration dataIdleTimeout,
    @Doc("The longest command line; a longer one is answered with 500.") @Default("8KiB")
        ByteSize maxLine,
    @Doc("FTPS: TLS with clients and with backends.") FtpTls tls,
    @Doc("What clients may do, and how fast.") FtpPolicy policy) {

  /**
   * @throws IllegalArgumentException if an option cannot work
   */
  public FtpOptions {
    publicAddress = publicAddress.strip();
    if (publicAddress.isEmpty()) {
      throw new IllegalArgumentException(
          "public-address is empty, but is auto, an address or a name");
    }
    if (publicAddress.contains(":")) {
      throw new IllegalArgumentException(
          "public-address is an IPv4 address or a name, because PASV can announce nothing else"
              + " (IPv6 clients use EPSV, which announces no address), but is "
              + publicAddress);
    }
    positive("data-connect-timeout", dataConnectTimeout);
    positive("data-abort-timeout", dataAbortTimeout);
    positive("data-idle-timeout", dataIdleTimeout);
    if (maxLine.bytes() < 512 || maxLine.bytes() > 65536) {
      throw new IllegalArgumentException("max-line is 512B to 64KiB, but is " + maxLine);
    }
    if (control.unread() && policy.set().isPresent()) {
      throw new IllegalArgumentException(
          "control is "
              + control
              + ", which reads no commands, but policy has "
              + policy.set().get()
              + "; remove policy, or set control to rewrite");
    }
    if (control.unread() && tls.offered()) {
      throw new IllegalArgumentException(
          "control is "
              + control
              + ", which leaves TLS to the client and the backend, but tls has a mode; remove tls,"
              + " or set control to rewrite");
    }
  }

  /** What is passed through can announce no other ports than the backends' own. */
  public Optional<StaticPorts> staticPorts() {
    return control.unread()
        ? Optional.of(
            new StaticPorts("control: " + control, dataPeer == DataPeer.ANY, dataIdleTimeout))
        : Optional.empty();
  }

  private static void positive(String name, Duration value) {
    if (value.isZero() || value.isNegative()) {
      throw new IllegalArgumentException(
          name + " is more than 0, but is " + value.toMillis() + "ms");
    }
  }
}
