import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import java.util.stream.Stream;

/**
 * The last step of the build: makes {@code app/target/treadle} ready to run.
 *
 * <p>Jars that the program does not name are removed. Class files from before Java 6, which are
 * picocli's, get the form that has stack maps: the ahead-of-time cache takes no older ones, and
 * without them in it the program starts a third slower. Then the file {@code built} says that
 * everything is there; the launcher runs nothing without it.
 */
class Assemble {
  private static final int OLDEST = ClassFile.JAVA_6_VERSION;
  private static final LocalDateTime TIME = LocalDateTime.of(2026, 11, 20, 0, 0);

  void main(String[] arguments) throws IOException {
    Path home = Path.of(arguments[0]);
    Path lib = home.resolve("lib");
    Set<String> named = named(lib.resolve("treadle.jar"));
    try (Stream<Path> files = Files.list(lib)) {
      for (Path jar : files.sorted().toList()) {
        if (!named.contains(jar.getFileName().toString())) {
          Files.delete(jar);
        } else {
          modernize(jar);
        }
      }
    }
    Files.writeString(home.resolve("built"), "");
  }

  /** The program's jar and those that its manifest names. */
  private static Set<String> named(Path program) throws IOException {
    try (JarFile jar = new JarFile(program.toFile())) {
      List<String> names = new ArrayList<>();
      names.add(program.getFileName().toString());
      names.addAll(
          List.of(jar.getManifest().getMainAttributes().getValue("Class-Path").split(" +")));
      return Set.copyOf(names);
    }
  }

  private static void modernize(Path jar) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    boolean isOld = false;
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      for (ZipEntry entry : (Iterable<ZipEntry>) zip.stream().map(it -> (ZipEntry) it)::iterator) {
        if (isClass(entry.getName())) {
          byte[] head = zip.getInputStream(entry).readNBytes(8);
          isOld |= version(head) < OLDEST;
        }
      }
      if (!isOld) {
        return;
      }
      for (ZipEntry entry : (Iterable<ZipEntry>) zip.stream().map(it -> (ZipEntry) it)::iterator) {
        entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
      }
    }
    ClassFile classes =
        ClassFile.of(
            ClassFile.ClassHierarchyResolverOption.of(resolver(entries)),
            ClassFile.StackMapsOption.GENERATE_STACK_MAPS);
    Path made = jar.resolveSibling(jar.getFileName() + ".new");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(made))) {
      for (Map.Entry<String, byte[]> it : entries.entrySet()) {
        ZipEntry entry = new ZipEntry(it.getKey());
        entry.setTimeLocal(TIME);
        out.putNextEntry(entry);
        boolean old = isClass(it.getKey()) && version(it.getValue()) < OLDEST;
        out.write(old ? modern(classes, it.getValue()) : it.getValue());
      }
    }
    Files.move(made, jar, StandardCopyOption.REPLACE_EXISTING);
  }

  private static boolean isClass(String name) {
    return name.endsWith(".class");
  }

  private static int version(byte[] file) {
    return (file[6] & 0xFF) << 8 | file[7] & 0xFF;
  }

  /** The class with its code as it is, a stack map at every branch, and the version of Java 8. */
  private static byte[] modern(ClassFile classes, byte[] file) {
    ClassModel model = classes.parse(file);
    return classes.transformClass(
        model,
        new ClassTransform() {
          @Override
          public void accept(ClassBuilder builder, ClassElement element) {
            switch (element) {
              case ClassFileVersion _ -> builder.withVersion(ClassFile.JAVA_8_VERSION, 0);
              case MethodModel method ->
                  builder.transformMethod(method, MethodTransform.transformingCode(CodeBuilder::with));
              default -> builder.with(element);
            }
          }
        });
  }

  /** What extends what: told by the jar itself, then by the JDK. */
  private static ClassHierarchyResolver resolver(Map<String, byte[]> entries) {
    return ClassHierarchyResolver.ofResourceParsing(
            type -> {
              String home = type.packageName().replace('.', '/');
              byte[] file =
                  entries.get(
                      (home.isEmpty() ? "" : home + "/") + type.displayName() + ".class");
              return file == null ? null : (InputStream) new ByteArrayInputStream(file);
            })
        .orElse(ClassHierarchyResolver.defaultResolver());
  }
}
