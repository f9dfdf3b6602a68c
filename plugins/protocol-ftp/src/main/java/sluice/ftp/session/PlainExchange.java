package sluice.ftp.session;

import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sluice.api.protocol.TransferSpec.Direction;
import sluice.ftp.codec.Command;
import sluice.ftp.codec.Reply;

/** A command that is passed on as it is, and its reply back. */
final class PlainExchange implements Exchange {

  private static final Logger LOG = LoggerFactory.getLogger(PlainExchange.class);

  private final FtpSession ftp;
  private final Command command;
  private final UnaryOperator<Reply> rewrite;
  private final Consumer<Reply> after;
  private boolean over;

  /**
   * @param rewrite makes the client's final reply from the backend's
   * @param after told the final reply when the client was
   */
  PlainExchange(
      FtpSession ftp, Command command, UnaryOperator<Reply> rewrite, Consumer<Reply> after) {
    this.ftp = ftp;
    this.command = command;
    this.rewrite = rewrite;
    this.after = after;
  }

  @Override
  public void start() {
    ftp.toBackend(command);
  }

  @Override
  public void reply(Reply reply) {
    DataChannel data = ftp.data().channel();
    if ((reply.code() == 125 || reply.code() == 150) && data != null) {
      // A command that we do not know moves data all the same.
      TransferExchange transfer = new TransferExchange(ftp, command, Direction.DOWNLOAD);
      ftp.replace(this, transfer);
      transfer.adopt(reply);
    } else if (reply.preliminary() || !reply.last()) {
      ftp.toClient(reply);
    } else if (reply.code() == 425 && data != null) {
      // Some servers tell the owner when a stranger knocks at his data port: then the answer to
      // this command is still to come.
      LOG.info("{} the backend said, perhaps unasked: {}", ftp, reply);
      ftp.after(TransferExchange.DOUBT, () -> answer(reply));
    } else {
      answer(reply);
    }
  }

  private void answer(Reply reply) {
    if (!over) {
      over = true;
      Reply told = rewrite.apply(reply);
      if (told.code() >= 227 && told.code() <= 229) {
        // The backend's own address in answer to a command we do not know: never shown.
        told = Reply.of(502, command.verb() + " does not work through this gateway; use EPSV.");
      }
      ftp.toClient(told);
      after.accept(told);
      ftp.done(this);
    }
  }

  @Override
  public Reply lost() {
    return command.verb().equals("QUIT")
        ? Reply.of(221, "Goodbye.")
        : Reply.of(421, "The server closed the connection.");
  }
}
