package sluice.ftp.session;

/** From where the data connections of a session may come. */
public enum DataPeer {
  /** From the address of the control connection only. */
  STRICT,
  /** From any address. */
  ANY
}
