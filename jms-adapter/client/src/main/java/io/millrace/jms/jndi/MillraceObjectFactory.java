package io.millrace.jms.jndi;

import io.millrace.jms.MillraceConnectionFactory;
import io.millrace.jms.destination.MillraceDestination;
import io.millrace.jms.destination.MillraceQueue;
import io.millrace.jms.destination.MillraceTopic;
import java.util.Hashtable;
import javax.naming.Context;
import javax.naming.Name;
import javax.naming.RefAddr;
import javax.naming.Reference;
import javax.naming.spi.ObjectFactory;
import org.jspecify.annotations.Nullable;

/** Makes factories and destinations of the references that they give to a naming service. */
public final class MillraceObjectFactory implements ObjectFactory {
  /** Called by the naming service's provider. */
  public MillraceObjectFactory() {}

  @Override
  @SuppressWarnings("JdkObsolete") // as the interface declares it
  public @Nullable Object getObjectInstance(
      @Nullable Object object,
      @Nullable Name name,
      @Nullable Context context,
      @Nullable Hashtable<?, ?> environment) {
    if (!(object instanceof Reference reference)) {
      return null;
    }
    String type = reference.getClassName();
    String uri = content(reference, MillraceConnectionFactory.REFERENCE_URI);
    if (type.equals(MillraceConnectionFactory.class.getName()) && uri != null) {
      return new MillraceConnectionFactory(uri);
    }
    String destination = content(reference, MillraceDestination.REFERENCE_NAME);
    if (type.equals(MillraceQueue.class.getName()) && destination != null) {
      return new MillraceQueue(destination);
    }
    if (type.equals(MillraceTopic.class.getName()) && destination != null) {
      return new MillraceTopic(destination);
    }
    return null;
  }

  private static @Nullable String content(Reference reference, String type) {
    RefAddr address = reference.get(type);
    return address == null ? null : (String) address.getContent();
  }
}
