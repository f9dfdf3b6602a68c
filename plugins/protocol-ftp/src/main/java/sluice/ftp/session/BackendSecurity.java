package sluice.ftp.session;

import io.netty.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sluice.api.protocol.BackendLink;
import sluice.api.protocol.DataLeg;
import sluice.api.protocol.SideTls;
import sluice.api.protocol.TlsFacts;
import sluice.ftp.codec.Reply;

/**
 * TLS towards one backend: AUTH TLS or at once, PBSZ and PROT, CCC. Before the client is greeted,
 * as the descriptor says; under match-client also later, as the client does. One thing at a time.
 */
final class BackendSecurity {

  private static final Logger LOG = LoggerFactory.getLogger(BackendSecurity.class);

  /** Told that the backend does not go along. */
  interface Failure {

    /**
     * @param reason what it did instead, as a clause about "it"
     * @param refusal its reply if it only said no and may be spoken to as before; null if not
     */
    void failed(String reason, Reply refusal);
  }

  private final FtpSession ftp;
  private final BackendLink link;
  private final BackendTls plan;
  private final BooleanSupplier more;
  private String asked;
  private Runnable then;
  private Failure failure;
  private SideTls tls;
  private boolean control;
  private boolean bufferSize;
  private boolean dataProtected;

  /**
   * @param more whether the backend has sent more than the replies that were taken
   */
  BackendSecurity(FtpSession ftp, BackendLink link, BooleanSupplier more) {
    this.ftp = ftp;
    this.link = link;
    this.plan = ftp.security().options().towards(link.backend().pool());
    this.more = more;
  }

  /** Whether it is this backend that the session has. */
  boolean serves() {
    return ftp.link() == link;
  }

  /** Whether the client is to do what the backend then does too. */
  boolean follows() {
    return plan.follows();
  }

  /** Whether the control connection is under TLS. */
  boolean control() {
    return control;
  }

  /** Whether it is, or was until CCC. */
  boolean begun() {
    return tls != null;
  }

  /** Begins TLS if the backend expects it before it greets. */
  void beforeGreeting(Failure failed) {
    if (plan.implicit() && wanted()) {
      then = () -> {};
      failure = failed;
      handshake();
    }
  }

  /** The backend has greeted: agrees on everything that the session needs. */
  void afterGreeting(Runnable done, Failure failed) {
    if (!wanted()) {
      done.run();
    } else if (begun()) {
      protectAsWanted(done, failed);
    } else {
      begin(() -> protectAsWanted(done, failed), failed);
    }
  }

  private boolean wanted() {
    return plan.wanted(ftp.security().begun());
  }

  private void protectAsWanted(Runnable done, Failure failed) {
    if (plan.follows() && !ftp.security().dataProtected()) {
      done.run();
    } else {
      protect(true, done, failed);
    }
  }

  /** AUTH TLS and the handshake. */
  void begin(Runnable done, Failure failed) {
    ask("AUTH TLS", done, failed);
  }

  /** PROT P or PROT C, for data connections that are set up from now on. */
  void protect(boolean is, Runnable done, Failure failed) {
    if (dataProtected == is) {
      done.run();
    } else if (!bufferSize) {
      ask(
          "PBSZ 0",
          () -> {
            bufferSize = true;
            protect(is, done, failed);
          },
          failed);
    } else {
      ask(
          is ? "PROT P" : "PROT C",
          () -> {
            dataProtected = is;
            done.run();
          },
          failed);
    }
  }

  /** CCC. */
  void clear(Runnable done, Failure failed) {
    ask("CCC", done, failed);
  }

  /** The backend's leg of a data connection. */
  DataLeg leg(DataLeg plain) {
    return dataProtected ? plain.withTls(tls) : plain;
  }

  private void ask(String line, Runnable done, Failure failed) {
    asked = line;
    then = done;
    failure = failed;
    LOG.debug("{} gateway to backend: {}", ftp, line);
    FtpSession.send(link.channel(), line);
  }

  /** Whether an answer is waited for, or a handshake. */
  boolean busy() {
    return then != null;
  }

  /** Takes what the backend says meanwhile. */
  void reply(Reply reply) {
    LOG.debug("{} backend: {}", ftp, reply);
    if (!busy() || reply.preliminary() || !reply.last()) {
      return;
    }
    if (asked == null) {
      // Put there to be taken for what comes under TLS (RFC 4217, section 15).
      fail("it sent more in clear text behind its reply to AUTH TLS", null);
    } else if (asked.equals("AUTH TLS")) {
      if (reply.code() == 234) {
        asked = null;
        // This may run in the middle of what was read.
        link.channel().eventLoop().execute(this::handshake);
      } else {
        fail(
            "it answered AUTH TLS with \""
                + reply
                + "\" instead of 234, but the mode is "
                + plan.mode(),
            reply);
      }
    } else if (!reply.positive()) {
      fail("it answered " + asked + " with \"" + reply + "\" instead of 200", reply);
    } else if (asked.equals("CCC")) {
      asked = null;
      // At once, before the backend's end of TLS is taken for that of the connection.
      tls.stop().addListener(this::stopped);
    } else {
      succeed();
    }
  }

  private void handshake() {
    asked = null;
    if (!busy() || ftp.session().ended()) {
      return;
    }
    if (more.getAsBoolean()) {
      fail("it sent more in clear text behind its reply to AUTH TLS", null);
      return;
    }
    try {
      tls = link.tls(plan.spec());
    } catch (IllegalArgumentException e) {
      fail("TLS is not possible: " + e.getMessage(), null);
      return;
    }
    control = true;
    tls.start().addListener(this::secured);
  }

  private void secured(Future<? super TlsFacts> handshake) {
    if (!busy() || ftp.session().ended()) {
      return;
    }
    if (handshake.isSuccess()) {
      succeed();
    } else {
      fail("TLS failed: " + handshake.cause().getMessage(), null);
    }
  }

  private void stopped(Future<? super Void> stop) {
    if (!busy() || ftp.session().ended()) {
      return;
    }
    if (stop.isSuccess()) {
      control = false;
      succeed();
    } else {
      fail("CCC: " + stop.cause().getMessage(), null);
    }
  }

  private void succeed() {
    Runnable next = then;
    then = null;
    next.run();
  }

  private void fail(String reason, Reply refusal) {
    Failure told = failure;
    then = null;
    told.failed(reason, refusal);
  }
}
