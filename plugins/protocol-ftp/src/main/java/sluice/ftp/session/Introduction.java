package sluice.ftp.session;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sluice.api.Backend;
import sluice.api.protocol.BackendLink;
import sluice.ftp.codec.Reply;
import sluice.ftp.login.ChooseAt;
import sluice.ftp.login.KnownFeatures;
import sluice.ftp.login.Said;

/**
 * What a backend is told between its greeting and its first command, if the client has talked with
 * the gateway before: what it has said that the backend understands. A backend whose features are
 * not known is asked for them. None of its answers matters to the client, who has had its own.
 */
final class Introduction {

  private static final Logger LOG = LoggerFactory.getLogger(Introduction.class);

  private final FtpSession ftp;
  private final BackendLink link;
  private final Runnable done;
  private final Deque<String> lines = new ArrayDeque<>(4);
  private String asked;
  private boolean inPieces;

  /**
   * @param done told when the backend may be told the client's commands
   */
  Introduction(FtpSession ftp, BackendLink link, Runnable done) {
    this.ftp = ftp;
    this.link = link;
    this.done = done;
  }

  void begin() {
    if (!ftp.login().greets()) {
      done.run();
    } else if (features().fresh(backend())) {
      collect();
      next();
    } else {
      ask("FEAT");
    }
  }

  private KnownFeatures features() {
    return ftp.login().features();
  }

  private Backend backend() {
    return link.backend();
  }

  private void collect() {
    Said said = ftp.login().said();
    // At that moment the client's own HOST comes next.
    if (ftp.login().moment() != ChooseAt.HOST && features().offers(backend(), "HOST")) {
      said.host().ifPresent(host -> lines.add("HOST " + host));
    }
    if (features().offers(backend(), "CLNT")) {
      said.software().ifPresent(software -> lines.add("CLNT " + software));
    }
    if (features().offers(backend(), "UTF8")) {
      said.utf8().ifPresent(utf8 -> lines.add("OPTS " + utf8));
    }
  }

  private void next() {
    String line = lines.poll();
    if (line == null) {
      done.run();
    } else {
      ask(line);
    }
  }

  private void ask(String line) {
    asked = line;
    LOG.debug("{} gateway to backend: {}", ftp, line);
    FtpSession.send(link.channel(), line);
  }

  /** Takes what the backend says before it is this session's. */
  void reply(Reply reply) {
    LOG.debug("{} backend: {}", ftp, reply);
    if (reply.code() == 421) {
      link.reject("it answered " + asked + " with \"" + reply + "\"");
      asked = null;
    } else if (asked == null || reply.preliminary()) {
      return;
    } else if (!reply.last()) {
      inPieces = true;
    } else if (asked.equals("FEAT")) {
      asked = null;
      if (!inPieces) {
        features().learn(backend(), reply);
      }
      collect();
      next();
    } else {
      if (reply.negative()) {
        LOG.info("{} the backend answered {} with {}", ftp, asked, reply);
      }
      asked = null;
      next();
    }
  }
}
