package sluice.ftp.policy;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sluice.ftp.codec.Command;

/**
 * The paths that a command may name. Servers differ in what they make of spaces, quotes, options
 * and times, so there may be several readings of one argument: a rule that denies looks at all of
 * them.
 */
final class NamedPaths {

  private static final Set<String> OPTIONS = Set.of("LIST", "NLST", "STAT");
  private static final Set<String> HERE = Set.of("LIST", "NLST", "MLSD", "MLST", "AVBL", "DSIZ");

  private static final Set<String> ONE_PATH =
      Set.of(
          "RETR", "STOR", "APPE", "DELE", "RMD", "XRMD", "RMDA", "MKD", "XMKD", "RNFR", "RNTO",
          "CWD", "XCWD", "SIZE", "MDTM", "MLST", "MLSD", "AVBL", "DSIZ", "SMNT");

  private static final Set<String> CHECKSUMS = Set.of("HASH", "MD", "XCRC", "XMD", "XSHA");

  private static final Set<String> SITE_ONE_PATH = Set.of("MKDIR", "RMDIR", "CPFR", "CPTO");
  private static final Set<String> SITE_WORD_AND_PATH = Set.of("CHMOD", "CHGRP", "CHOWN");

  private static final Pattern OPTION = Pattern.compile("(?s)[ \\t]*(-[^ \\t]*)(?:[ \\t]+(.*))?");
  private static final Pattern TIME = Pattern.compile("(?s)[ \\t]*[0-9.+-]+[ \\t]+(.*)");
  private static final Pattern UTIME =
      Pattern.compile("(?s)(.*?)([ \\t]+[0-9]{8,14}){1,3}([ \\t]+UTC)?[ \\t]*");
  private static final Pattern FACTS = Pattern.compile("(?s)[ \\t]*[^ \\t]*=[^ \\t]*;[ \\t]+(.*)");
  private static final Pattern QUOTED = Pattern.compile("(?s)[ \\t]*\"(.*?)\"?[ \\t]*([0-9 \\t]*)");
  private static final Pattern RANGE = Pattern.compile("(?s)(.*?)([ \\t]+[0-9]+){1,2}[ \\t]*");

  private final Command command;
  private final String verb;
  private final String argument;
  private final FtpPath directory;
  private final List<FtpPath> paths = new ArrayList<>(2);
  private boolean deep;

  private NamedPaths(Command command, FtpPath directory) {
    this.command = command;
    this.verb = Verbs.plain(command.verb());
    this.argument = argument(command);
    this.directory = directory;
  }

  /** Command words end with their letters, so a digit of the word stands before the argument. */
  private static String argument(Command command) {
    String line = command.line().stripLeading();
    String rest = line.substring(Math.min(line.length(), command.verb().length()));
    rest = rest.replaceFirst("^[0-9]+(?=[ \\t]|$)", "");
    return rest.isEmpty() ? "" : rest.substring(1);
  }

  /** All readings; empty if the command names no path. */
  static List<FtpPath> of(Command command, FtpPath directory) {
    NamedPaths named = new NamedPaths(command, directory);
    named.read();
    return named.paths;
  }

  /** Whether a command moves or removes whole directories. */
  static boolean takesTheTree(Command command) {
    return Set.of("RNFR", "RNTO", "RMD", "XRMD", "RMDA", "SITE").contains(command.verb());
  }

  private void read() {
    boolean empty = argument.isBlank();
    if (Verbs.ofSession(verb)) {
      return;
    }
    if (verb.equals("CDUP") || verb.equals("XCUP")) {
      add("..");
    } else if (verb.equals("STOU") && empty) {
      paths.add(directory.someChild());
    } else if (empty) {
      if (HERE.contains(verb)) {
        paths.add(directory);
      }
    } else if (OPTIONS.contains(verb)) {
      readings(argument);
      withoutOptions();
    } else if (verb.equals("MFMT") || verb.equals("MFCT")) {
      part(TIME);
    } else if (verb.equals("MFF")) {
      part(FACTS);
    } else if (ONE_PATH.contains(verb) || verb.equals("STOU")) {
      readings(argument);
      if (verb.equals("MDTM")) {
        partIfThere(TIME);
      }
    } else if (CHECKSUMS.contains(verb)) {
      readings(argument);
      partIfThere(QUOTED);
      partIfThere(RANGE);
    } else if (verb.equals("SITE")) {
      site();
    } else if (!verb.equals("ALLO")) {
      paths.add(FtpPath.UNKNOWN);
    }
    if (deep) {
      paths.replaceAll(FtpPath::withAllBeneath);
    }
  }

  private void withoutOptions() {
    String rest = argument;
    boolean options = false;
    for (Matcher m = OPTION.matcher(rest); m.matches(); m = OPTION.matcher(rest)) {
      deep |= m.group(1).contains("R");
      options = true;
      rest = m.group(2) == null ? "" : m.group(2);
    }
    if (options && rest.isBlank()) {
      paths.add(directory);
    } else if (options) {
      readings(rest);
    }
  }

  private void site() {
    String word = Verbs.site(command);
    String line = argument.stripLeading();
    String rest = line.substring(Math.min(line.length(), word.length())).strip();
    if (Verbs.harmlessSite(word) || rest.isEmpty()) {
      return;
    }
    if (SITE_ONE_PATH.contains(word)) {
      readings(rest);
    } else if (SITE_WORD_AND_PATH.contains(word)) {
      String[] two = rest.split("[ \\t]+", 2);
      if (two.length == 2) {
        readings(two[1]);
      } else {
        paths.add(FtpPath.UNKNOWN);
      }
    } else if (word.equals("UTIME")) {
      Matcher front = TIME.matcher(rest);
      Matcher end = UTIME.matcher(rest);
      if (front.matches()) {
        readings(front.group(1));
      }
      if (end.matches()) {
        readings(end.group(1));
      }
      if (paths.isEmpty()) {
        paths.add(FtpPath.UNKNOWN);
      }
    } else {
      paths.add(FtpPath.UNKNOWN);
    }
  }

  private void part(Pattern form) {
    Matcher m = form.matcher(argument);
    if (m.matches()) {
      readings(m.group(1));
    } else {
      paths.add(FtpPath.UNKNOWN);
    }
  }

  private void partIfThere(Pattern form) {
    Matcher m = form.matcher(argument);
    if (m.matches()) {
      readings(m.group(1));
    }
  }

  /** The text as it is, without spaces around it, and without quotes. */
  private void readings(String text) {
    Set<String> readings = new LinkedHashSet<>();
    readings.add(text);
    readings.add(text.strip());
    String bare = text.strip();
    if (bare.length() > 1 && bare.startsWith("\"") && bare.endsWith("\"")) {
      readings.add(bare.substring(1, bare.length() - 1));
    }
    readings.forEach(this::add);
  }

  private void add(String text) {
    paths.add(FtpPath.resolve(text, directory, OPTIONS.contains(verb)));
  }
}
