package sluice.core.control;

import java.util.List;

/** What the control socket can ask of the gateway. Thread-safe; called on the control's thread. */
public interface Operations {

  /** The gateway as it is now. */
  Status status();

  /** The open sessions, oldest first. */
  List<SessionStatus> sessions();

  /** Begins a stop and returns at once; the process ends when running transfers have finished. */
  void stop();
}
