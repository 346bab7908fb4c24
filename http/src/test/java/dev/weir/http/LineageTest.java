package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.elsewhere.OtherPackage;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Which methods belong together, and in which order types come. Relatives are told as {@code Type.method(Parameter)}.
 */
class LineageTest {

    interface Root {
        void act();
    }

    interface Left extends Root {}

    interface Right extends Root {
        @Override
        void act();
    }

    interface Late {
        void act();
    }

    static class Parent implements Late {
        @Override
        public void act() {}
    }

    static class Child extends Parent implements Left, Right {
        @Override
        public void act() {}
    }

    @Test
    void superclassesComeFirstThenInterfacesOfEachClassBreadthBeforeDepth() {
        assertThat(new Lineage(Child.class).types())
                .containsExactly(
                        Child.class, Parent.class, Object.class, Left.class, Right.class, Root.class, Late.class);
    }

    @Test
    void diamondIsMetOnceAndItsMethodsFollowTheTypes() throws Exception {
        List<String> all = List.of("Child.act()", "Parent.act()", "Right.act()", "Root.act()", "Late.act()");
        assertThat(relatives(Child.class, Child.class.getMethod("act"))).isEqualTo(all);
        assertThat(relatives(Child.class, Late.class.getMethod("act"))).isEqualTo(all);
    }

    interface Repository<K, V> {
        void get(K key);

        default void getAll(K[] keys, List<V> values) {}

        <N extends K> void convert(N key);
    }

    abstract static class NumberRepository<N extends Number> implements Repository<N, String> {
        @Override
        public void get(N key) {}
    }

    static class IntegerRepository extends NumberRepository<Integer> {
        @Override
        public void get(Integer key) {}

        public void get(String key) {}

        public void get(Integer key, Integer other) {}

        @Override
        public void getAll(Integer[] keys, List<String> values) {}

        @Override
        public <N extends Integer> void convert(N key) {}

        public <N extends String> void convert(N key) {}
    }

    @Test
    void methodsBelongTogetherThroughTypeArguments() throws Exception {
        String[] all = {"IntegerRepository.get(Integer)", "NumberRepository.get(Number)", "Repository.get(Object)"};
        for (Method method : List.of(
                IntegerRepository.class.getDeclaredMethod("get", Integer.class),
                IntegerRepository.class.getDeclaredMethod("get", Number.class), // a bridge
                IntegerRepository.class.getDeclaredMethod("get", Object.class), // a bridge
                NumberRepository.class.getDeclaredMethod("get", Number.class),
                Repository.class.getDeclaredMethod("get", Object.class))) {
            assertThat(relatives(IntegerRepository.class, method))
                    .as(method.toString())
                    .containsExactly(all);
        }
    }

    @Test
    void overloadsDoNotBelongTogether() throws Exception {
        assertThat(relatives(IntegerRepository.class, IntegerRepository.class.getMethod("get", String.class)))
                .containsExactly("IntegerRepository.get(String)");
    }

    @Test
    void arraysAndBoundsOfTypeParametersAreFilledInToo() throws Exception {
        assertThat(relatives(
                        IntegerRepository.class,
                        IntegerRepository.class.getMethod("getAll", Integer[].class, List.class)))
                .containsExactly("IntegerRepository.getAll(Integer[], List)", "Repository.getAll(Object[], List)");
        assertThat(relatives(IntegerRepository.class, IntegerRepository.class.getMethod("convert", Integer.class)))
                .containsExactly("IntegerRepository.convert(Integer)", "Repository.convert(Object)");
    }

    static class Searching {
        public void search(String query) {}
    }

    interface Search<Q> {
        void search(Q query);
    }

    static class SearchResource extends Searching implements Search<String> {}

    @Test
    void inheritedMethodImplementsAnInterfaceThatItsClassDoesNotKnow() throws Exception {
        assertThat(relatives(SearchResource.class, Searching.class.getMethod("search", String.class)))
                .containsExactly("Searching.search(String)", "Search.search(Object)");
    }

    static class Outside extends OtherPackage {
        void search() {}

        @Override
        protected void find() {}
    }

    static class Hidden {
        private void own() {}

        static void shared() {}

        void packagePrivate() {}
    }

    static class Hiding extends Hidden {
        public void own() {}

        static void shared() {}

        @Override
        void packagePrivate() {}
    }

    @Test
    void packagePrivateMethodsBelongTogetherInTheirPackageOnly() throws Exception {
        assertThat(relatives(Outside.class, Outside.class.getDeclaredMethod("search")))
                .containsExactly("Outside.search()");
        assertThat(relatives(Outside.class, Outside.class.getDeclaredMethod("find")))
                .containsExactly("Outside.find()", "OtherPackage.find()");
        assertThat(relatives(Hiding.class, Hiding.class.getDeclaredMethod("packagePrivate")))
                .containsExactly("Hiding.packagePrivate()", "Hidden.packagePrivate()");
    }

    @Test
    void privateAndStaticMethodsOverrideNothing() throws Exception {
        assertThat(relatives(Hiding.class, Hiding.class.getDeclaredMethod("own")))
                .containsExactly("Hiding.own()");
        assertThat(relatives(Hiding.class, Hidden.class.getDeclaredMethod("own")))
                .containsExactly("Hidden.own()");
        assertThat(relatives(Hiding.class, Hiding.class.getDeclaredMethod("shared")))
                .containsExactly("Hiding.shared()");
    }

    private static List<String> relatives(Class<?> start, Method method) {
        return new Lineage(start)
                .relativesOf(method).stream()
                        .map(relative -> relative.getDeclaringClass().getSimpleName() + "." + relative.getName()
                                + Arrays.stream(relative.getParameterTypes())
                                        .map(Class::getSimpleName)
                                        .collect(Collectors.joining(", ", "(", ")")))
                        .toList();
    }
}
