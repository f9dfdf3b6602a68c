package sluice.ftp.session;

import io.netty.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sluice.api.protocol.BackendLink;
import sluice.api.protocol.ClientTls;
import sluice.api.protocol.SideTls;
import sluice.api.protocol.TlsFacts;
import sluice.ftp.codec.Reply;

/**
 * TLS towards a backend, between its greeting and the client's: AUTH TLS, the handshake, and PROT P
 * once for the whole session. A backend that does not go along with all of it does not serve.
 */
final class BackendSecurity {

  private static final Logger LOG = LoggerFactory.getLogger(BackendSecurity.class);

  private final FtpSession ftp;
  private final BackendLink link;
  private final ClientTls spec;
  private final BooleanSupplier more;
  private final Consumer<SideTls> done;
  private String asked;
  private SideTls tls;
  private boolean over;

  /**
   * @param more whether the backend has sent more than the replies that were taken
   * @param done told when data connections may come
   */
  BackendSecurity(
      FtpSession ftp,
      BackendLink link,
      ClientTls spec,
      BooleanSupplier more,
      Consumer<SideTls> done) {
    this.ftp = ftp;
    this.link = link;
    this.spec = spec;
    this.more = more;
    this.done = done;
  }

  void begin() {
    ask("AUTH TLS");
  }

  private void ask(String line) {
    asked = line;
    LOG.debug("{} gateway to backend: {}", ftp, line);
    FtpSession.send(link.channel(), line);
  }

  /** Takes what the backend says before it is this session's. */
  void reply(Reply reply) {
    LOG.debug("{} backend: {}", ftp, reply);
    if (over || reply.preliminary() || !reply.last()) {
      return;
    }
    if (asked == null) {
      // Put there to be taken for what comes under TLS (RFC 4217, section 15).
      reject("it sent more in clear text behind its reply to AUTH TLS");
    } else if (asked.equals("AUTH TLS")) {
      if (reply.code() == 234) {
        asked = null;
        // This may run in the middle of what was read.
        link.channel().eventLoop().execute(this::handshake);
      } else {
        reject(
            "it answered AUTH TLS with \""
                + reply
                + "\" instead of 234, but the mode is re-encrypt");
      }
    } else if (!reply.positive()) {
      reject("it answered " + asked + " with \"" + reply + "\" instead of 200");
    } else if (asked.equals("PBSZ 0")) {
      ask("PROT P");
    } else {
      over = true;
      done.accept(tls);
    }
  }

  private void handshake() {
    if (over || ftp.session().ended()) {
      return;
    }
    if (more.getAsBoolean()) {
      reject("it sent more in clear text behind its reply to AUTH TLS");
      return;
    }
    try {
      tls = link.tls(spec);
    } catch (IllegalArgumentException e) {
      reject("TLS is not possible: " + e.getMessage());
      return;
    }
    tls.start().addListener(this::secured);
  }

  private void secured(Future<? super TlsFacts> handshake) {
    if (over || ftp.session().ended()) {
      return;
    }
    if (handshake.isSuccess()) {
      ask("PBSZ 0");
    } else {
      reject("TLS failed: " + handshake.cause().getMessage());
    }
  }

  private void reject(String reason) {
    over = true;
    link.reject(reason);
  }
}
