package sluice.ftp.session;

import java.util.Locale;

/** How data connections with backends are made, whatever the client does on its side. */
public enum DataMode {
  /** As the client does: passive for a passive client, active for an active one. */
  AS_CLIENT,
  /** The gateway dials the backend (PASV, EPSV). */
  PASSIVE,
  /** The backend dials the gateway (PORT, EPRT). */
  ACTIVE;

  /** Whether the gateway dials the backend. */
  boolean passive(boolean clientPassive) {
    return this == AS_CLIENT ? clientPassive : this == PASSIVE;
  }

  /** As the descriptor writes it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
