package sluice.ftp.session;

import java.util.function.Consumer;
import sluice.api.PoolRef;
import sluice.api.protocol.BackendConnector;
import sluice.api.protocol.BackendLink;
import sluice.api.protocol.Outcome;
import sluice.api.protocol.Refusal;
import sluice.ftp.codec.Reply;

/**
 * A session's hold on a backend: none at first, then one that has greeted. On the session's event
 * loop.
 */
final class Attachment implements BackendConnector {

  private final FtpSession ftp;
  private Consumer<Reply> then;
  private BackendLink link;

  Attachment(FtpSession ftp) {
    this.ftp = ftp;
  }

  /** The backend that serves, or null. */
  BackendLink link() {
    return link;
  }

  /**
   * Asks for a backend. If none serves the client is told so and the session ends.
   *
   * @param attached told the greeting of the one that serves from then on
   */
  void ask(PoolRef pool, Consumer<Reply> attached) {
    then = attached;
    ftp.session().connect(pool, this);
  }

  @Override
  public void connected(BackendLink attempt) {
    BackendReplies replies = new BackendReplies(ftp, attempt);
    attempt.channel().pipeline().addLast(replies);
    attempt.channel().config().setAutoRead(true);
    replies.begin();
  }

  @Override
  public void refused(Refusal refusal) {
    ftp.toClient(Reply.of(421, refusal.message()));
    ftp.session().end(Outcome.refused(refusal));
  }

  /** A backend has greeted, under TLS if it has to, and knows what it has to. */
  void ready(BackendLink answered, Reply greeting) {
    answered.answered();
    link = answered;
    ftp.data().backend(answered);
    then.accept(greeting);
  }

  /** Says good-bye to the backend, so that another may be asked for. */
  void leave() {
    if (link != null) {
      FtpSession.send(link.channel(), "QUIT");
      link = null;
      ftp.session().disconnect();
    }
  }
}
