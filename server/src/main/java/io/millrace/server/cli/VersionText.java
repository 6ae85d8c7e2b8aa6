package io.millrace.server.cli;

import io.millrace.server.config.Version;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class VersionText implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {"millrace " + Version.number()};
  }
}
