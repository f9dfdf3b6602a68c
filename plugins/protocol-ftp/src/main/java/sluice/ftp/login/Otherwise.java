package sluice.ftp.login;

/** What becomes of a client that no rule names. */
public enum Otherwise {
  /** The pool of the listener serves it. */
  LISTENER_POOL,
  /** It is refused, and no server hears of it. */
  REFUSE
}
