package sluice.api;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.lang.annotation.Annotation;
import java.lang.annotation.Retention;
import java.lang.annotation.Target;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What plugins can see of this module, as lines of text: one for each public or protected type, and
 * one for each such member. Names of parameters are left out; no plugin depends on them.
 */
final class Surface {

  private static final Set<String> OF_EVERY_OBJECT = Set.of("equals", "hashCode", "toString");
  private static final Set<String> OF_EVERY_ENUM = Set.of("values", "valueOf");

  private Surface() {}

  /** The lines, by type name, members sorted. */
  static List<String> lines() {
    List<String> lines = new ArrayList<>();
    new ClassFileImporter()
        .importUrl(ApiVersion.class.getProtectionDomain().getCodeSource().getLocation()).stream()
            .sorted((a, b) -> a.getName().compareTo(b.getName()))
            .forEach(type -> describe(type, lines));
    return lines;
  }

  private static void describe(JavaClass bytecode, List<String> lines) {
    if (bytecode.getSimpleName().equals("package-info") || bytecode.isAnonymousClass()) {
      return;
    }
    Class<?> type = bytecode.reflect();
    if (!visible(type)) {
      return;
    }
    // This annotation is not there at run time, so it is read from the class file.
    String mark = bytecode.isAnnotatedWith(DoNotImplement.class) ? "@DoNotImplement " : "";
    lines.add(mark + header(type));
    Set<String> members = new TreeSet<>();
    if (type.isRecord()) {
      for (RecordComponent component : type.getRecordComponents()) {
        lines.add("  component " + text(component.getGenericType()) + " " + component.getName());
      }
    }
    for (Field field : type.getDeclaredFields()) {
      if (seen(field.getModifiers()) && !field.isSynthetic()) {
        members.add(
            field.isEnumConstant()
                ? "constant " + field.getName()
                : "field "
                    + modifiers(field.getModifiers())
                    + text(field.getGenericType())
                    + " "
                    + field.getName());
      }
    }
    for (Constructor<?> constructor : type.getDeclaredConstructors()) {
      if (seen(constructor.getModifiers())) {
        members.add(
            "constructor "
                + modifiers(constructor.getModifiers())
                + list(constructor.getGenericParameterTypes(), "(", ")")
                + list(constructor.getGenericExceptionTypes(), " throws ", ""));
      }
    }
    for (Method method : type.getDeclaredMethods()) {
      if (seen(method.getModifiers()) && !method.isSynthetic() && !implied(type, method)) {
        members.add(line(method));
      }
    }
    members.forEach(member -> lines.add("  " + member));
  }

  private static boolean implied(Class<?> type, Method method) {
    return OF_EVERY_OBJECT.contains(method.getName())
        || type.isEnum() && OF_EVERY_ENUM.contains(method.getName())
        || type.isRecord()
            && method.getParameterCount() == 0
            && Arrays.stream(type.getRecordComponents())
                .anyMatch(component -> component.getName().equals(method.getName()));
  }

  private static String header(Class<?> type) {
    String kind =
        type.isAnnotation()
            ? "annotation "
            : type.isInterface()
                ? "interface "
                : type.isEnum() ? "enum " : type.isRecord() ? "record " : "class ";
    int modifiers = type.getModifiers();
    if (type.isInterface() || type.isEnum() || type.isRecord()) {
      modifiers &= ~(Modifier.ABSTRACT | Modifier.STATIC | Modifier.FINAL);
    }
    StringBuilder line = new StringBuilder(modifiers(modifiers));
    line.append(type.isSealed() ? "sealed " : "").append(kind).append(type.getName());
    line.append(variables(type.getTypeParameters()));
    if (!type.isInterface() && !type.isEnum() && !type.isRecord()) {
      line.append(" extends ").append(text(type.getGenericSuperclass()));
    }
    if (!type.isAnnotation()) {
      line.append(
          list(type.getGenericInterfaces(), type.isInterface() ? " extends " : " implements ", ""));
    }
    if (type.isSealed()) {
      line.append(list(type.getPermittedSubclasses(), " permits ", ""));
    }
    Retention retention = type.getAnnotation(Retention.class);
    Target target = type.getAnnotation(Target.class);
    line.append(retention == null ? "" : " kept in " + retention.value());
    line.append(target == null ? "" : " on " + Arrays.toString(target.value()));
    for (Annotation annotation : type.getAnnotations()) {
      line.append(annotation instanceof FunctionalInterface ? " functional" : "");
    }
    return line.toString();
  }

  private static String line(Method method) {
    Object value = method.getDefaultValue();
    int modifiers = method.getModifiers();
    if (method.getDeclaringClass().isInterface()) {
      modifiers &= ~Modifier.ABSTRACT;
    }
    String variables = variables(method.getTypeParameters());
    return (method.isDefault() ? "default method " : "method ")
        + modifiers(modifiers)
        + (variables.isEmpty() ? "" : variables + " ")
        + text(method.getGenericReturnType())
        + " "
        + method.getName()
        + list(method.getGenericParameterTypes(), "(", ")")
        + (method.getParameterCount() == 0 ? "()" : "")
        + list(method.getGenericExceptionTypes(), " throws ", "")
        + (value == null ? "" : " default " + value);
  }

  private static boolean visible(Class<?> type) {
    return seen(type.getModifiers())
        && (type.getEnclosingClass() == null || visible(type.getEnclosingClass()));
  }

  private static boolean seen(int modifiers) {
    return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
  }

  private static String modifiers(int modifiers) {
    int shown = Modifier.PROTECTED | Modifier.STATIC | Modifier.FINAL | Modifier.ABSTRACT;
    String text = Modifier.toString(modifiers & shown);
    return text.isEmpty() ? "" : text + " ";
  }

  private static String variables(TypeVariable<?>[] variables) {
    return variables.length == 0
        ? ""
        : Arrays.stream(variables)
            .map(variable -> variable.getName() + bounds(variable))
            .collect(Collectors.joining(", ", "<", ">"));
  }

  private static String bounds(TypeVariable<?> variable) {
    Type[] bounds = variable.getBounds();
    return bounds.length == 1 && bounds[0] == Object.class ? "" : list(bounds, " extends ", "");
  }

  private static String list(Type[] types, String before, String after) {
    return types.length == 0
        ? ""
        : Arrays.stream(types).map(Surface::text).collect(Collectors.joining(", ", before, after));
  }

  private static String text(Type type) {
    return type.getTypeName().replaceAll("\\bjava\\.lang\\.(?=[A-Z])", "");
  }
}
