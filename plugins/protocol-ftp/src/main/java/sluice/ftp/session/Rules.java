package sluice.ftp.session;

import java.util.Optional;
import java.util.function.LongSupplier;
import sluice.ftp.policy.CommandPolicy;
import sluice.ftp.policy.FtpPolicy;
import sluice.ftp.policy.LoginGuard;

/**
 * A listener's policy, ready to be applied by all of its sessions.
 *
 * @param commands which commands are refused
 * @param logins what follows from failed log-ins, if anything does
 * @param commandsPerSecond of one session; 0 for as many as come
 */
record Rules(CommandPolicy commands, Optional<LoginGuard> logins, int commandsPerSecond) {

  /**
   * @param nanoClock as {@link System#nanoTime}
   */
  static Rules of(FtpPolicy policy, LongSupplier nanoClock) {
    return new Rules(
        new CommandPolicy(policy.readOnly(), policy.rules()),
        policy.failedLogins().map(options -> new LoginGuard(options, nanoClock)),
        policy.commandsPerSecond());
  }
}
