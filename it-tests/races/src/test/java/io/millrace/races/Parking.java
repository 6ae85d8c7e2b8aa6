package io.millrace.races;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Loads classes that park threads with {@link Permits} in place of the platform's permits. */
public final class Parking {
  private static final String PLATFORM = "java/util/concurrent/locks/LockSupport";
  private static final String MODEL = "io/millrace/races/Permits";

  private Parking() {}

  /**
   * Loads a class as it was compiled, but for whom it calls to park.
   *
   * @param within a lookup in the class's package
   * @param name the class's simple name; it was not loaded before
   */
  public static void model(MethodHandles.Lookup within, String name) {
    Class<?> neighbour = within.lookupClass();
    String file = neighbour.getPackageName().replace('.', '/') + '/' + name + ".class";
    try (InputStream compiled = neighbour.getClassLoader().getResourceAsStream(file)) {
      if (compiled == null) {
        throw new IllegalArgumentException("there is no " + file);
      }
      ClassReader reader = new ClassReader(compiled.readAllBytes());
      ClassWriter writer = new ClassWriter(reader, 0);
      reader.accept(new Redirection(writer), 0);
      within.defineClass(writer.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (IllegalAccessException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static final class Redirection extends ClassVisitor {
    Redirection(ClassVisitor next) {
      super(Opcodes.ASM9, next);
    }

    @Override
    public MethodVisitor visitMethod(
        int access, String name, String descriptor, String signature, String[] exceptions) {
      MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
      return new MethodVisitor(Opcodes.ASM9, next) {
        @Override
        public void visitMethodInsn(
            int opcode, String owner, String called, String type, boolean isInterface) {
          super.visitMethodInsn(
              opcode, owner.equals(PLATFORM) ? MODEL : owner, called, type, isInterface);
        }
      };
    }
  }
}
