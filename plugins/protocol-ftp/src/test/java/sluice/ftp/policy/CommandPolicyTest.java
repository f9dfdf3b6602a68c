package sluice.ftp.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sluice.ftp.codec.Command;
import sluice.ftp.codec.Reply;

/** Which commands a policy refuses, and why. */
class CommandPolicyTest {

  private static final FtpPath PUB = FtpPath.ofReply("\"/pub\" is the current directory");

  private static CommandRule deny(String commands, String... paths) {
    return rule(null, List.of(), List.of(commands.split(",")), paths);
  }

  private static CommandRule allow(String commands, String... paths) {
    return rule(null, List.of(commands.split(",")), List.of(), paths);
  }

  private static CommandRule rule(
      String name, List<String> allow, List<String> deny, String... paths) {
    return new CommandRule(
        Optional.ofNullable(name), allow, deny, List.of(paths), Optional.empty());
  }

  private static CommandPolicy policy(CommandRule... rules) {
    return new CommandPolicy(false, List.of(rules));
  }

  private static boolean refused(CommandPolicy policy, String line) {
    return policy.judge(new Command(line), PUB).refusal().isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "STOR x",
        "stor x",
        "  STOR x",
        "STOR\tx",
        "STOU",
        "APPE x",
        "DELE x",
        "RMD x",
        "XRMD x",
        "RMDA x",
        "MKD x",
        "XMKD x",
        "RNFR x",
        "RNTO x",
        "MFMT 20200101000000 x",
        "MFCT 20200101000000 x",
        "MFF Modify=20200101000000; x",
        "MDTM 20200101000000 x",
        "MDTM 20200101000000.5 x",
        "COMB x y",
        "ALLO 5",
        "SMNT /x",
        "SITE CHMOD 644 x",
        "site chmod 644 x",
        "SITE  MKDIR x",
        "SITE UTIME x",
        "SITE",
        "SITE EXEC rm",
        "XCOPY a b",
        "FROB",
        "%STOR x",
        "PRET STOR x",
      })
  void readOnlyRefusesWhatMayChangeAnything(String line) {
    CommandPolicy.Verdict verdict =
        new CommandPolicy(true, List.of()).judge(new Command(line), null);
    CommandPolicy.Refusal refusal = verdict.refusal().orElseThrow();
    assertEquals("read-only", refusal.rule());
    assertTrue(refusal.text().endsWith(" refused: this listener is read-only."), refusal.text());
    assertTrue(refusal.code() == 550 || refusal.code() == 502);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "RETR x",
        "PRET RETR x",
        "LIST -la",
        "NLST",
        "MLSD",
        "MLST x",
        "STAT",
        "STAT x",
        "SIZE x",
        "MDTM x",
        "MDTM 20200101000000",
        "CWD x",
        "CDUP",
        "XCUP",
        "PWD",
        "TYPE I",
        "REST 5",
        "PASV",
        "EPRT |1|1.2.3.4|5000|",
        "NOOP",
        "FEAT",
        "HELP",
        "OPTS UTF8 ON",
        "QUIT",
        "USER a",
        "SITE HELP",
        "SITE IDLE 60",
        "XCRC x",
        "XSHA256 x",
        "HASH x",
        "ABOR",
      })
  void readOnlyLetsReadersWork(String line) {
    assertTrue(new CommandPolicy(true, List.of()).judge(new Command(line), null).allowed());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "RETR /secret/x",
        "RETR /SECRET/x",
        "PRET RETR ../secret/x",
        "RETR /secret",
        "RETR //secret///x",
        "RETR /./secret/x",
        "RETR /pub/../secret/x",
        "RETR ../secret/x",
        "RETR ../../../secret/x",
        "RETR /a/b/../../secret/deep/er/x",
        "RETR  /secret/x",
        "RETR \"/secret/x\"",
        "RETR ~/x",
        "RETR ..\\secret\\x",
        "RETR /secret./x",
        "RETR /secret /x",
        "CWD /secret",
        "XCWD ../secret",
        "LIST /secret",
        "LIST -la /secret",
        "LIST -l -a /secret",
        "LIST /s*",
        "LIST /{secret,x}",
        "LIST -R /",
        "NLST -aR ..",
        "STAT -la /secret/x",
        "MLSD /secret",
        "MLST /secret/x",
        "SIZE /secret/x",
        "MDTM /secret/x",
        "MDTM 20200101000000 /secret/x",
        "MFMT 20200101000000 /secret/x",
        "MFMT /secret/x",
        "MFF Modify=20200101000000;UNIX.mode=644; /secret/x",
        "XCRC \"/secret/x\" 0 100",
        "XMD5 /secret/x 0 100",
        "XSHA256 /secret/x",
        "DELE /secret/x",
        "RNFR /secret/x",
        "RNTO /secret/x",
        "RNFR /",
        "RMD /",
        "SITE CHMOD 644 /secret/x",
        "SITE UTIME 20200101000000 /secret/x",
        "SITE UTIME /secret/x 20200101000000 20200101000000 20200101000000 UTC",
        "SITE COPY /pub/a /secret/x",
        "SITE EXEC anything",
        "XFROB something",
        "FROB something",
      })
  void pathIsDeniedInWhateverFormItComes(String line) {
    assertTrue(refused(policy(deny("any", "/secret/**")), line), line);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "RETR /secrets/x",
        "RETR secret",
        "PRET RETR secret",
        "RETR /pub/secret/x",
        "RETR /secret/../pub/x",
        "CWD /",
        "CDUP",
        "LIST",
        "LIST -la",
        "LIST *.txt",
        "NLST -a",
        "STAT",
        "STOU",
        "RNFR a",
        "RNTO b.tmp",
        "SITE CHMOD 644 a",
        "SITE HELP",
        "PASV",
        "USER anna",
        "TYPE I",
        "XFROB",
      })
  void otherPathsPass(String line) {
    assertFalse(refused(policy(deny("any", "/secret/**")), line), line);
  }

  @Test
  void relativePathNeedsTheDirectoryAndAbsoluteOnesDoNot() {
    CommandPolicy policy = policy(deny("RETR,STOU,LIST", "/secret/**"));
    for (String line : new String[] {"RETR x", "RETR ../x", "STOU", "LIST", "LIST -a"}) {
      assertTrue(policy.judge(new Command(line), null).directoryNeeded(), line);
      assertTrue(policy.judge(new Command(line), FtpPath.UNKNOWN).refusal().isPresent(), line);
    }
    for (String line : new String[] {"RETR /x", "STAT", "SIZE x", "NOOP"}) {
      assertTrue(policy.judge(new Command(line), null).allowed(), line);
    }
    assertTrue(policy.judge(new Command("RETR ~x"), null).refusal().isPresent());
  }

  @Test
  void whatCannotBeToldIsDeniedAndSaysSo() {
    CommandPolicy policy = policy(rule("no secrets", List.of(), List.of("any"), "/secret/**"));
    CommandPolicy.Refusal refusal =
        policy.judge(new Command("RETR x"), FtpPath.UNKNOWN).refusal().orElseThrow();
    assertEquals(550, refusal.code());
    assertEquals(
        "RETR refused: rule \"no secrets\" of this listener denies it, as the path cannot be told"
            + " for certain.",
        refusal.text());
  }

  @Test
  void firstRuleThatFitsDecides() {
    CommandPolicy policy =
        policy(allow("writing", "/in/**"), deny("writing"), deny("SITE EXEC"), allow("any"));
    assertFalse(refused(policy, "STOR /in/x"));
    assertFalse(refused(policy, "STOR /in/a/b"));
    assertTrue(refused(policy, "STOR /out/x"));
    assertTrue(refused(policy, "STOR /in/../out/x"));
    assertTrue(refused(policy, "STOR /IN/x"), "an allowed path is exact");
    assertTrue(refused(policy, "RNTO /out/x"));
    assertTrue(refused(policy, "SITE CHMOD 777 /in2/x"));
    assertFalse(refused(policy, "RETR /out/x"));
    CommandPolicy.Refusal refusal =
        policy.judge(new Command("STOR /x"), PUB).refusal().orElseThrow();
    assertEquals("STOR refused: rule 2 of this listener denies it.", refusal.text());
  }

  @Test
  void allowedPathHasToBeCertain() {
    CommandPolicy policy = policy(allow("any", "/pub/**"), deny("any"));
    assertFalse(refused(policy, "LIST"));
    assertFalse(refused(policy, "LIST *.txt"));
    assertFalse(refused(policy, "LIST -R"));
    assertTrue(refused(policy, "LIST -R /"));
    assertTrue(refused(policy, "LIST /*"));
    assertTrue(refused(policy, "RETR ~root/x"));
    assertTrue(refused(policy, "CWD .."));
    assertTrue(
        policy.judge(new Command("LIST"), FtpPath.UNKNOWN).refusal().isPresent(),
        "an unknown directory is not /pub");
  }

  @Test
  void renamedTreeTakesDeniedPathsWithIt() {
    CommandPolicy policy = policy(deny("any", "/a/*/private/**", "**/*.exe"));
    assertTrue(refused(policy, "RNFR /a"));
    assertTrue(refused(policy, "RNFR /a/b"));
    assertTrue(refused(policy, "RMD /a/b"));
    assertFalse(refused(policy, "RNFR /b"), "a file that may be renamed after its upload");
    assertFalse(refused(policy, "DELE /a/b"));
    assertTrue(refused(policy, "RNTO /b/x.EXE"));
  }

  @Test
  void caseIsAsTold() {
    CommandRule exact =
        new CommandRule(
            Optional.empty(),
            List.of(),
            List.of("RETR"),
            List.of("/S\u00c9CRET/**"),
            Optional.of(false));
    CommandRule any =
        new CommandRule(
            Optional.empty(),
            List.of(),
            List.of("RETR"),
            List.of("/S\u00c9CRET/**"),
            Optional.of(true));
    String utf8 = "RETR /s\u00c3\u00a9cret/x";
    assertFalse(refused(policy(exact), utf8));
    assertTrue(refused(policy(any), utf8));
    assertTrue(refused(policy(any), "RETR /se\u00cc\u0081cret/x"), "the accent apart");
    assertTrue(refused(policy(exact), "RETR /S\u00c3\u0089CRET/x"));
  }

  @ParameterizedTest
  @CsvSource({
    "/a/*.txt, /a/b.txt, true",
    "/a/*.txt, /a/.txt, true",
    "/a/*.txt, /a/b/c.txt, false",
    "/a/?.txt, /a/b.txt, true",
    "/a/?.txt, /a/bb.txt, false",
    "**/x, /x, true",
    "**/x, /a/b/x, true",
    "**/x, /a/b/xx, false",
    "/**/x/**, /a/x/b/c, true",
    "/**/x/**/y, /a/x/b/c, false",
    "/, /, true",
    "/**, /, true",
    "/a/**/b, /a/b, true",
    "/*a*a*a*a*b, /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, false",
  })
  void patternsMatchNames(String pattern, String path, boolean matches) {
    FtpPath resolved = FtpPath.resolve(path, FtpPath.ROOT, false);
    assertEquals(matches, PathPattern.parse(pattern).mayMatch(resolved, false));
    assertEquals(matches, PathPattern.parse(pattern).certainlyMatches(resolved, false));
  }

  @Test
  void longPathsTakeNoTime() {
    String path = "/a".repeat(4000);
    long start = System.nanoTime();
    PathPattern.parse("/**/a/**/a/**/a/**/a/**/b")
        .mayMatch(FtpPath.resolve(path, FtpPath.ROOT, false), true);
    assertTrue(System.nanoTime() - start < 5_000_000_000L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"/pub\" is the current directory | /pub",
        "\"/a \"\"b\"\" c\" | /a \"b\" c",
        "\"/\" | /",
        "\"/a/../b\" | /b",
        "/pub is current | an unknown path",
        "\"'SYS1.'\" is working | an unknown path",
        "\"C:\\x\" | an unknown path",
        "\"/open | an unknown path",
      })
  void directoryIsReadFromItsReply(String text, String path) {
    assertEquals(path, FtpPath.ofReply(text).toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"STRO", "SITE", "*", "USER", "QUIT", "PASS", "write", "", "STOR x"})
  void deniedCommandsThatMakeNoSenseAreRefused(String command) {
    if (command.equals("SITE")) {
      deny(command);
      return;
    }
    assertThrows(IllegalArgumentException.class, () -> deny(command));
  }

  @ParameterizedTest
  @ValueSource(strings = {"secret/**", "*.exe", "", "/a/[ab]", "/a/{b,c}", "/a/../b", "/a\\b"})
  void patternsThatMakeNoSenseAreRefused(String pattern) {
    assertThrows(IllegalArgumentException.class, () -> deny("any", pattern));
  }

  @Test
  void featShowsNothingThatIsAlwaysRefused() {
    Reply feat =
        new Reply(
            211,
            List.of(
                "211-Features:",
                " MDTM",
                " MFMT",
                " MFF modify;UNIX.group;",
                " MLST modify*;size*;",
                " SITE MKDIR",
                " SITE HELP",
                " REST STREAM",
                " SIZE",
                " UTF8",
                "211 End"),
            true);
    assertEquals(
        List.of(
            "211-Features:",
            " MDTM",
            " MLST modify*;size*;",
            " SITE HELP",
            " REST STREAM",
            " SIZE",
            " UTF8",
            "211 End"),
        new ShownCommands(new CommandPolicy(true, List.of())).features(feat).lines());
    assertEquals(
        List.of(
            "211-Features:",
            " MDTM",
            " MFF modify;UNIX.group;",
            " REST STREAM",
            " UTF8",
            "211 End"),
        new ShownCommands(policy(deny("MLST,MLSD,SIZE,SITE,MFMT"))).features(feat).lines());
    assertEquals(
        feat, new ShownCommands(policy(deny("any", "/x/**"), deny("MLSD"))).features(feat));
    assertEquals(
        feat, new ShownCommands(policy(allow("MFMT", "/x/**"), deny("DELE"))).features(feat));
  }

  @Test
  void helpLeavesOutWhatIsAlwaysRefused() {
    Reply help =
        new Reply(
            214,
            List.of("214-These commands of FTP are known:", " RETR STOR* MKD  XMKD LIST", "214 ok"),
            true);
    assertEquals(
        List.of("214-These commands of FTP are known:", " RETR     *           LIST", "214 ok"),
        new ShownCommands(new CommandPolicy(true, List.of()))
            .help(new Command("HELP"), help)
            .lines());
  }
}
