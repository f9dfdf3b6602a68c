package sluice.ftp.policy;

import java.util.Locale;
import java.util.Set;
import sluice.ftp.codec.Command;

/** Commands by what they do. */
final class Verbs {

  /** Log-in, transfer parameters and questions that name no file. */
  private static final Set<String> SESSION =
      Set.of(
          "USER", "PASS", "ACCT", "QUIT", "REIN", "NOOP", "TYPE", "STRU", "MODE", "PASV", "EPSV",
          "PORT", "EPRT", "LPSV", "LPRT", "SPSV", "CPSV", "P@SW", "P@RT", "ABOR", "FEAT", "OPTS",
          "HELP", "SYST", "PWD", "XPWD", "REST", "RANG", "HOST", "AUTH", "PBSZ", "PROT", "CCC",
          "ADAT", "MIC", "CONF", "ENC", "SSCN", "CLNT", "LANG", "CSID", "ALGS", "ESTA", "ESTP",
          "PRET");

  private static final Set<String> READING =
      Set.of("RETR", "HASH", "MD", "MMD", "XCRC", "XMD", "XSHA", "THMB");

  private static final Set<String> LISTING =
      Set.of("LIST", "NLST", "MLSD", "MLST", "STAT", "SIZE", "MDTM", "DSIZ", "AVBL");

  private static final Set<String> MOVING = Set.of("CWD", "XCWD", "CDUP", "XCUP");

  private static final Set<String> WRITING =
      Set.of(
          "STOR", "STOU", "APPE", "DELE", "RMD", "XRMD", "RMDA", "MKD", "XMKD", "RNFR", "RNTO",
          "MFMT", "MFCT", "MFF", "COMB", "ALLO", "SMNT");

  /** Commands of SITE that change nothing and name no file. */
  private static final Set<String> HARMLESS_SITE = Set.of("HELP", "IDLE", "UMASK", "WHO");

  /** A client that reads 500 or 502 to one of these goes on without it. */
  private static final Set<String> DISPENSABLE =
      Set.of("MLSD", "MLST", "SIZE", "MDTM", "MFMT", "MFCT", "MFF", "SITE", "ALLO", "COMB");

  private static final Set<String> NEVER_DENIED = Set.of("USER", "PASS", "QUIT");

  private Verbs() {}

  /**
   * The form that commands are compared in: capitals, and no digits at the end, as a command word
   * ends with its letters.
   */
  static String plain(String verb) {
    return verb.toUpperCase(Locale.ROOT).replaceFirst("[0-9]+$", "");
  }

  static boolean known(String verb) {
    return SESSION.contains(verb)
        || READING.contains(verb)
        || LISTING.contains(verb)
        || MOVING.contains(verb)
        || WRITING.contains(verb)
        || verb.equals("SITE")
        || verb.length() > 2 && verb.startsWith("X");
  }

  /** All known commands, for suggestions. */
  static boolean deniable(String verb) {
    return !NEVER_DENIED.contains(verb);
  }

  /** Whether a command names no file and changes none. */
  static boolean ofSession(String verb) {
    return SESSION.contains(verb);
  }

  static boolean reading(String verb) {
    return READING.contains(verb);
  }

  static boolean listing(String verb) {
    return LISTING.contains(verb);
  }

  static boolean moving(String verb) {
    return MOVING.contains(verb);
  }

  static boolean harmlessSite(String word) {
    return HARMLESS_SITE.contains(word);
  }

  /** Whether clients get on without it when they are told that it is not there. */
  static boolean dispensable(String verb) {
    return DISPENSABLE.contains(verb)
        || SESSION.contains(verb)
        || READING.contains(verb) && !verb.equals("RETR");
  }

  /** Whether it may change anything, as far as is known; what nobody knows may. */
  static boolean writing(String verb, String site) {
    return verb.equals("SITE")
        ? !HARMLESS_SITE.contains(site)
        : !SESSION.contains(verb)
            && !READING.contains(verb)
            && !LISTING.contains(verb)
            && !MOVING.contains(verb);
  }

  /** The same for a whole command: MDTM with a time in front sets it on some servers. */
  static boolean writing(Command command) {
    return command.verb().equals("MDTM") && setsTime(command.argument())
        || writing(command.verb(), site(command));
  }

  static boolean setsTime(String argument) {
    return argument.strip().matches("(?s)[0-9]{8,14}(\\.[0-9]+)?[ \\t+-].*");
  }

  /** The command word behind SITE, in capitals; empty if it is no SITE. */
  static String site(Command command) {
    return command.verb().equals("SITE") ? new Command(command.argument()).verb() : "";
  }
}
