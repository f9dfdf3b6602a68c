package sluice.core.launch;

import picocli.CommandLine.IVersionProvider;
import sluice.api.ApiVersion;

/** What {@code version} prints. */
public final class Version implements IVersionProvider {

  /** The gateway's version; {@code development} if it does not run from its jar. */
  public static String gateway() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  @Override
  public String[] getVersion() {
    return new String[] {
      "Sluice " + gateway(),
      "plugin API " + ApiVersion.current(),
      "Java "
          + System.getProperty("java.version")
          + " ("
          + System.getProperty("java.vendor")
          + ", "
          + System.getProperty("java.home")
          + ")"
    };
  }
}
