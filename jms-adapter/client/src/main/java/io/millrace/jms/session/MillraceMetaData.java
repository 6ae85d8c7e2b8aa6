package io.millrace.jms.session;

import jakarta.jms.ConnectionMetaData;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

/** What the provider is. */
final class MillraceMetaData implements ConnectionMetaData {
  static final MillraceMetaData INSTANCE = new MillraceMetaData();

  private static final int API_MAJOR = 3;
  private static final int API_MINOR = 1;
  private static final List<String> JMSX =
      List.of("JMSXGroupID", "JMSXGroupSeq", "JMSXDeliveryCount");

  private MillraceMetaData() {}

  @Override
  public String getJMSVersion() {
    return API_MAJOR + "." + API_MINOR;
  }

  @Override
  public int getJMSMajorVersion() {
    return API_MAJOR;
  }

  @Override
  public int getJMSMinorVersion() {
    return API_MINOR;
  }

  @Override
  public String getJMSProviderName() {
    return "Millrace";
  }

  @Override
  public String getProviderVersion() {
    String version = MillraceMetaData.class.getPackage().getImplementationVersion();
    return version == null ? "0.0" : version;
  }

  @Override
  public int getProviderMajorVersion() {
    return part(0);
  }

  @Override
  public int getProviderMinorVersion() {
    return part(1);
  }

  private int part(int index) {
    String[] parts = getProviderVersion().split("[^0-9]+", -1);
    return index < parts.length && !parts[index].isEmpty() ? Integer.parseInt(parts[index]) : 0;
  }

  @Override
  public Enumeration<String> getJMSXPropertyNames() {
    return Collections.enumeration(JMSX);
  }
}
