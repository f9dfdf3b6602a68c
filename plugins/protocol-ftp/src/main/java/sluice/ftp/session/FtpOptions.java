package sluice.ftp.session;

import java.net.InetAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import sluice.api.ByteSize;
import sluice.api.Default;
import sluice.api.Doc;
import sluice.api.PortRanges;
import sluice.api.SessionKey;
import sluice.api.protocol.DataPeers;
import sluice.api.protocol.ServerTls;
import sluice.api.protocol.StaticPorts;
import sluice.ftp.login.Choose;
import sluice.ftp.login.ChooseAt;
import sluice.ftp.login.LoginKeys;
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
            "From where clients' data connections may come: strict is the address of the control"
                + " connection, subnet its network (the first 24 bits of IPv4, 64 of IPv6), any is"
                + " any address.")
        @Default("strict")
        DataPeers dataPeer,
    @Doc(
            "How data connections with backends are made: as-client is passive for passive clients"
                + " and active for active ones, passive is by dialling the backend (PASV, EPSV),"
                + " active is by being dialled by it (PORT, EPRT), whatever the client does.")
        @Default("as-client")
        DataMode dataMode,
    @Doc(
            "The IPv4 address that clients are told in answer to PASV: auto (the address the client"
                + " dialled), an address, or a name that is looked up as it changes.")
        @Default("auto")
        String publicAddress,
    @Doc(
            "Other such addresses for clients of some networks, as in {\"10.0.0.0/8\": \"10.0.0.5\"};"
                + " the narrowest network that a client is in counts.")
        Map<String, String> publicAddressFor,
    @Doc(
            "The port that data connections to active clients leave from: any, control-minus-one"
                + " (the port below the listener's, RFC 959's L-1) or a port such as \"20\".")
        @Default("any")
        String activeSourcePort,
    @Doc(
            "Networks of which a backend may announce an address in answer to PASV that is then"
                + " dialled; from all other announcements only the port is taken.")
        List<String> trustAnnounced,
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
    @Doc("When the backend is chosen, and of which pool.") Choose choose,
    @Doc("What clients may do, and how fast.") FtpPolicy policy) {

  /**
   * @throws IllegalArgumentException if an option cannot work
   */
  public FtpOptions {
    publicAddress = publicAddress.strip();
    PublicAddresses.check(publicAddress, publicAddressFor);
    ActiveSourcePort.parse(activeSourcePort);
    trustAnnounced.forEach(network -> Network.parse("trust-announced", network));
    positive("data-connect-timeout", dataConnectTimeout);
    positive("data-abort-timeout", dataAbortTimeout);
    positive("data-idle-timeout", dataIdleTimeout);
    if (maxLine.bytes() < 512 || maxLine.bytes() > 65536) {
      throw new IllegalArgumentException("max-line is 512B to 64KiB, but is " + maxLine);
    }
    if (control.unread()) {
      onlyRead("data-mode", control, dataMode == DataMode.AS_CLIENT);
      onlyRead("public-address-for", control, publicAddressFor.isEmpty());
      onlyRead("active-source-port", control, activeSourcePort.equals(ActiveSourcePort.ANY));
      onlyRead("trust-announced", control, trustAnnounced.isEmpty());
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
    if (control.unread() && (choose.moment() != ChooseAt.ACCEPT || !choose.rules().isEmpty())) {
      throw new IllegalArgumentException(
          "control is "
              + control
              + ", which reads nothing that choose could go by; remove choose, or set control to"
              + " rewrite");
    }
    if (!tls.offered() && choose.needsTls().isPresent()) {
      throw new IllegalArgumentException(
          "choose: "
              + choose.needsTls().get()
              + ", which only TLS has, but tls.mode is none; set it to terminate or re-encrypt, or"
              + " remove that");
    }
    if (choose.needsCertificates().isPresent()
        && tls.server().filter(s -> s.clientAuth() != ServerTls.ClientAuth.NONE).isEmpty()) {
      throw new IllegalArgumentException(
          "choose: "
              + choose.needsCertificates().get()
              + ", but clients are not asked for certificates; set tls.server.client-auth to"
              + " request or require, with a client-ca, or remove that");
    }
  }

  /** What is passed through can announce no other ports than the backends' own. */
  public Optional<StaticPorts> staticPorts() {
    return control.unread()
        ? Optional.of(new StaticPorts("control: " + control, dataPeer, dataIdleTimeout))
        : Optional.empty();
  }

  /** What is known of a client when its backend is chosen. */
  public Set<SessionKey<?>> keysAtChoice() {
    Set<SessionKey<?>> keys = new HashSet<>();
    ChooseAt at = choose.moment();
    if (!control.unread() && tls.offered() && (at != ChooseAt.ACCEPT || tls.implicit())) {
      keys.addAll(Set.of(SessionKey.TLS, SessionKey.SERVER_NAME, SessionKey.CERTIFICATE_SUBJECT));
    }
    if (choose.byHost()) {
      keys.add(LoginKeys.HOST);
    }
    if (at == ChooseAt.HOST || at == ChooseAt.USER) {
      keys.add(SessionKey.CLIENT_SOFTWARE);
    }
    if (at == ChooseAt.USER) {
      keys.add(SessionKey.USER);
    }
    return Set.copyOf(keys);
  }

  /**
   * The port that data connections to active clients leave from.
   *
   * @param listenerPort on which they have arrived
   */
  public OptionalInt sourcePort(int listenerPort) {
    return control.unread()
        ? OptionalInt.empty()
        : ActiveSourcePort.parse(activeSourcePort).of(listenerPort);
  }

  /** Whether an address that a backend announces is dialled. */
  boolean trusts(InetAddress announced) {
    return trustAnnounced.stream()
        .anyMatch(network -> Network.parse("trust-announced", network).contains(announced));
  }

  private static void onlyRead(String option, ControlMode control, boolean unset) {
    if (!unset) {
      throw new IllegalArgumentException(
          option
              + " is for control connections that are read, but control is "
              + control
              + "; remove it, or set control to rewrite");
    }
  }

  private static void positive(String name, Duration value) {
    if (value.isZero() || value.isNegative()) {
      throw new IllegalArgumentException(
          name + " is more than 0, but is " + value.toMillis() + "ms");
    }
  }
}
