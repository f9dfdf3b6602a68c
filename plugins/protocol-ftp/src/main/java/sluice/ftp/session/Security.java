package sluice.ftp.session;

import io.netty.util.concurrent.Future;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import sluice.api.protocol.DataLeg;
import sluice.api.protocol.SideTls;
import sluice.api.protocol.StreamSession;
import sluice.api.protocol.TlsFacts;
import sluice.ftp.codec.Command;

/** What a session has agreed on about TLS, on either side (RFC 4217). */
final class Security {

  /** What may be asked for before TLS although TLS is required; none of it tells a secret. */
  private static final Set<String> ALWAYS =
      Set.of(
          "AUTH", "PBSZ", "PROT", "CCC", "FEAT", "HELP", "NOOP", "OPTS", "CLNT", "HOST", "SYST",
          "QUIT");

  private static final Set<String> TRANSFERS =
      Set.of("RETR", "LIST", "NLST", "MLSD", "STOR", "STOU", "APPE");

  /** Refused like the transfers, so that commands that nobody knows move nothing either. */
  private static final Set<String> SETUPS = Set.of("PASV", "EPSV", "PORT", "EPRT");

  private final FtpTls options;
  private final StreamSession session;
  private SideTls client;
  private BackendSecurity backend;
  private boolean control;
  private boolean userNamed;
  private boolean bufferSize;
  private boolean dataProtected;

  Security(FtpTls options, StreamSession session) {
    this.options = options;
    this.session = session;
  }

  FtpTls options() {
    return options;
  }

  /**
   * The client's side, to be begun.
   *
   * @throws IllegalArgumentException if its files cannot be used
   */
  SideTls prepareClient() {
    client = session.tls(options.server().orElseThrow());
    return client;
  }

  /** It is not begun after all. */
  void forgetClient() {
    client = null;
  }

  /** Begins TLS towards the client. */
  Future<TlsFacts> startClient() {
    control = true;
    // Nobody agreed on it, but this is what clients of the implicit form take for granted.
    dataProtected = options.implicit();
    return client.start();
  }

  /** Ends TLS of the control connection; data connections keep theirs. */
  Future<Void> stopClient() {
    control = false;
    return client.stop();
  }

  /** The backend of this session, as it has greeted. */
  void backend(BackendSecurity agreed) {
    backend = agreed;
  }

  /** The session's backend; null as long as it has none. */
  BackendSecurity backend() {
    return backend != null && backend.serves() ? backend : null;
  }

  /** Whether the backend is there and has to do what the client now does. */
  boolean backendFollows() {
    return backend() != null && backend.follows();
  }

  /** Whether the client's control connection is under TLS. */
  boolean control() {
    return control;
  }

  /** Whether it is, or was until CCC. */
  boolean begun() {
    return client != null;
  }

  /** Whether either side has anything of TLS. */
  boolean any() {
    return client != null || backend() != null && backend.begun();
  }

  void userNamed() {
    userNamed = true;
  }

  /** Whether the client has said who it is, which AUTH comes before. */
  boolean isUserNamed() {
    return userNamed;
  }

  /** REIN without TLS: the client is nobody again. */
  void reinitialise() {
    userNamed = false;
  }

  boolean bufferSizeAgreed() {
    return bufferSize;
  }

  void agreeOnBufferSize() {
    bufferSize = true;
  }

  /**
   * Sets whether data connections that are set up from now on are under TLS.
   *
   * @return whether that is a change
   */
  boolean protectData(boolean is) {
    boolean change = dataProtected != is;
    dataProtected = is;
    return change;
  }

  /** Whether the client wants data connections under TLS. */
  boolean dataProtected() {
    return dataProtected;
  }

  /** The client's leg of a data connection. */
  DataLeg clientLeg(DataLeg plain) {
    return dataProtected ? plain.withTls(client) : plain;
  }

  /** The backend's leg of a data connection. */
  DataLeg backendLeg(DataLeg plain) {
    return backend() == null ? plain : backend.leg(plain);
  }

  /** Why the descriptor refuses a command as things stand; empty if it does not. */
  Optional<LocalAnswer> refusal(FtpSession ftp, Command command) {
    if (!options.offered()) {
      return Optional.empty();
    }
    String verb = command.verb().toUpperCase(Locale.ROOT);
    if (options.control() == FtpTls.Policy.REQUIRED && !control && !ALWAYS.contains(verb)) {
      return Optional.of(
          new LocalAnswer(ftp, 530, "TLS is required here; send AUTH TLS before " + verb + "."));
    }
    boolean setup = SETUPS.contains(verb);
    if (options.data() == FtpTls.Policy.REQUIRED
        && !dataProtected
        && (setup || TRANSFERS.contains(verb))) {
      return Optional.of(
          new LocalAnswer(
              ftp,
              setup ? 521 : 522, // To EPSV, 522 would mean another address family.
              "Data connections must be under TLS here; send "
                  + (control ? "PBSZ 0 and PROT P" : "AUTH TLS, PBSZ 0 and PROT P")
                  + " before "
                  + verb
                  + "."));
    }
    return Optional.empty();
  }
}
