package sluice.dist.peers.servers;

import java.net.InetAddress;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import sluice.dist.peers.Programs;
import sluice.testkit.FtpPeer;
import sluice.testkit.SelfSigned;

/**
 * The FTP servers with TLS, and passive ports that are set. TLS is on offer and not required, so
 * that one server is a plain backend as well. vsftpd and ProFTPD insist on data connections that
 * resume the TLS session of the control connection, as they do unless they are told otherwise.
 */
public enum FtpsServers {
  VSFTPD("vsftpd", FtpServers.VSFTPD) {
    @Override
    public RunningServer start(Setting setting) {
      String[] ports = setting.passivePorts().split("-");
      List<String> lines =
          new ArrayList<>(
              List.of(
                  "ssl_enable=YES",
                  "require_ssl_reuse=YES",
                  "allow_anon_ssl=YES",
                  "force_anon_logins_ssl=NO",
                  "force_anon_data_ssl=NO",
                  // Else it takes an upload without close_notify for a whole one.
                  "strict_ssl_read_eof=YES",
                  "rsa_cert_file=" + setting.certificate().certificate(),
                  "rsa_private_key_file=" + setting.certificate().key(),
                  // Its own default knows RSA only.
                  "ssl_ciphers=HIGH",
                  // Shows that it knows of an upload that it is not whole.
                  "delete_failed_uploads=YES",
                  "pasv_min_port=" + ports[0],
                  "pasv_max_port=" + ports[1],
                  "pasv_address=" + setting.announced().getHostAddress()));
      if (setting.implicit()) {
        lines.add("implicit_ssl=YES");
      }
      return FtpServers.VSFTPD.start(setting.at(), lines);
    }
  },

  PROFTPD("proftpd", FtpServers.PROFTPD) {
    @Override
    public RunningServer start(Setting setting) {
      require();
      List<String> lines = new ArrayList<>();
      Programs.unpacked()
          .map(folder -> folder.resolve("usr/lib/proftpd"))
          .filter(Files::isDirectory)
          .ifPresent(folder -> lines.add("ModulePath " + folder));
      lines.addAll(
          List.of(
              "LoadModule mod_tls.c",
              "TLSEngine on",
              "TLSProtocol TLSv1.2 TLSv1.3",
              "TLSRequired off",
              "TLSVerifyClient off",
              "TLSECCertificateFile " + setting.certificate().certificate(),
              "TLSECCertificateKeyFile " + setting.certificate().key(),
              // Together they show that it knows of an upload that it is not whole.
              "HiddenStores on",
              "DeleteAbortedStores on",
              "PassivePorts " + setting.passivePorts().replace('-', ' '),
              "MasqueradeAddress " + setting.announced().getHostAddress()));
      if (setting.implicit()) {
        lines.add("TLSOptions UseImplicitSSL");
      }
      return FtpServers.PROFTPD.start(setting.at(), lines);
    }
  },

  PURE_FTPD("pure-ftpd", FtpServers.PURE_FTPD) {
    @Override
    public RunningServer start(Setting setting) {
      require();
      return FtpServers.PURE_FTPD.start(
          setting.at(),
          List.of(
              "-Y",
              "1",
              "-2",
              setting.certificate().certificate() + "," + setting.certificate().key(),
              "-p",
              setting.passivePorts().replace('-', ':'),
              "-P",
              setting.announced().getHostAddress()));
    }

    @Override
    public boolean knowsImplicit() {
      return false;
    }
  },

  APACHE("apache ftpserver", null) {
    @Override
    public RunningServer start(Setting setting) {
      return EmbeddedFtp.start(
          RealServer.free(setting.at()),
          new FtpPeer.DataPorts(setting.passivePorts(), setting.announced().getHostAddress()),
          new FtpPeer.Tls(setting.certificate().store(), SelfSigned.PASSWORD, setting.implicit()));
    }
  };

  /**
   * How to start one.
   *
   * @param at the address to listen at
   * @param implicit whether TLS is there from the first byte on
   * @param certificate to show
   * @param passivePorts as in {@code 20000-20059}
   * @param announced the address that PASV tells
   */
  public record Setting(
      InetAddress at,
      boolean implicit,
      SelfSigned certificate,
      String passivePorts,
      InetAddress announced) {}

  private final String title;
  private final FtpServers program;

  FtpsServers(String title, FtpServers program) {
    this.title = title;
    this.program = program;
  }

  /** The name of the program. */
  public String title() {
    return title;
  }

  /** Whether it can be started here. */
  public boolean present() {
    return program == null || program.present();
  }

  /** Skips the running test when this server cannot be started here. */
  public void require() {
    if (program != null) {
      program.require();
    }
  }

  /** Whether it has TLS from the first byte on. */
  public boolean knowsImplicit() {
    return true;
  }

  /** Whether a data connection has to resume the TLS session of the control connection. */
  public boolean insistsOnReuse() {
    return this == VSFTPD || this == PROFTPD;
  }

  /** Starts one on a free port. */
  public abstract RunningServer start(Setting setting);
}
