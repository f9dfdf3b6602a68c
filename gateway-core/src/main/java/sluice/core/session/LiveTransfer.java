package sluice.core.session;

import java.util.Map;
import java.util.Optional;
import sluice.api.Side;
import sluice.api.protocol.DataConnection;
import sluice.api.protocol.Outcome;
import sluice.api.protocol.Transfer;
import sluice.api.protocol.TransferSpec;
import sluice.core.pool.Load;

/** A running transfer. On the session's loop. */
final class LiveTransfer implements Transfer {

  private final LiveSession session;
  private TransferSpec spec;

  /** Of its backend; empty if the gateway serves it by itself. */
  private final Optional<Load> load;

  private final Side source;
  private final long startNanos = System.nanoTime();
  private long bytes;
  private boolean ended;

  LiveTransfer(LiveSession session, TransferSpec spec, Optional<Load> load) {
    this.session = session;
    this.spec = spec;
    this.load = load;
    this.source = spec.direction() == TransferSpec.Direction.UPLOAD ? Side.CLIENT : Side.BACKEND;
    load.ifPresent(Load::transferStarted);
  }

  @Override
  public void carriedBy(DataConnection data) {
    ((RelayedData) data).carries(this);
  }

  @Override
  public void moved(long payload) {
    if (load.isPresent()) {
      session.count(source, payload);
    } else {
      session.touch();
    }
    add(payload);
  }

  /** The side that sends. */
  Side source() {
    return source;
  }

  /** What it turned out to be, where nothing announced it. */
  void known(TransferSpec seen) {
    spec = seen;
  }

  /** Bytes of the data connection; the session has counted them already. */
  void add(long payload) {
    if (!ended) {
      bytes += payload;
      load.ifPresent(backend -> backend.moved(payload));
    }
  }

  @Override
  public void end(Outcome outcome) {
    if (ended) {
      return;
    }
    ended = true;
    load.ifPresent(backend -> backend.transferEnded(bytes));
    session.ended(this);
    Map<String, Object> fields = session.recordHead("transfer");
    fields.put("command", spec.command());
    fields.put("mode", spec.mode());
    fields.put("direction", spec.direction().toString());
    fields.put("file", spec.file());
    fields.put("bytes", bytes);
    fields.put("duration_ms", (System.nanoTime() - startNanos) / 1_000_000);
    LiveSession.recordOutcome(fields, outcome);
    session.scope().records().write(fields);
  }
}
