package dev.treadle.routing;

import dev.treadle.routing.learning.LearningFile;
import dev.treadle.routing.learning.TextFeatures;
import dev.treadle.routing.learning.TopicGroups;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which kinds of requests a router knows: templates that were seen often enough, by the whole
 * prompt or else by its beginning; the rest by what their texts are about.
 */
final class Workloads {
  private static final int OFTEN = 5;
  private static final int TEXTS_PER_TOPIC = 60;
  private static final int MOST_TOPICS = 64;

  private static final String TEXTS = "texts";
  private static final String TOPIC = "topic ";

  private final Map<String, Integer> templates = new TreeMap<>();
  private final TopicGroups topics;
  private final int[] perTopic;

  private Workloads(SortedSet<String> names, TopicGroups topics, int[] perTopic) {
    for (String name : names) {
      templates.put(name, templates.size());
    }
    this.topics = topics;
    this.perTopic = perTopic;
  }

  static Workloads of(List<RoutingRequest> requests, List<TextFeatures.Row> texts, long seed) {
    Map<String, Integer> seen = new HashMap<>();
    for (RoutingRequest it : requests) {
      Template.whole(it).ifPresent(name -> seen.merge(name, 1, Integer::sum));
      Template.head(it).ifPresent(name -> seen.merge(name, 1, Integer::sum));
    }
    TreeSet<String> templates = new TreeSet<>();
    seen.forEach(
        (name, count) -> {
          if (count >= OFTEN) {
            templates.add(name);
          }
        });
    List<TextFeatures.Row> free = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      if (template(templates, requests.get(i)).isEmpty()) {
        free.add(texts.get(i));
      }
    }
    int groups = Math.clamp(free.size() / TEXTS_PER_TOPIC, 1, MOST_TOPICS);
    TopicGroups topics = TopicGroups.of(free.isEmpty() ? texts : free, groups, seed);
    int[] perTopic = new int[topics.groups()];
    free.forEach(it -> perTopic[topics.group(it)]++);
    return new Workloads(templates, topics, perTopic);
  }

  private static Optional<String> template(Set<String> known, RoutingRequest request) {
    return Template.whole(request)
        .filter(known::contains)
        .or(() -> Template.head(request).filter(known::contains));
  }

  /** The name of the request's kind: its template, or what its text is about. */
  String name(RoutingRequest request, TextFeatures.Row text) {
    return template(templates.keySet(), request).orElseGet(() -> TOPIC + (topics.group(text) + 1));
  }

  /**
   * The workload whose means count: all texts without a template are one, as what they are about is
   * among the features already, and better so than in groups with hard borders.
   */
  String rated(String name) {
    return templates.containsKey(name) ? name : TEXTS;
  }

  /** The row with the feature of its workload. */
  TextFeatures.Row row(String name, TextFeatures.Row text, TextFeatures features) {
    return text.in(templates.getOrDefault(name, templates.size()), features);
  }

  /** How many workloads have means of their own. */
  int count() {
    return templates.size() + 1;
  }

  /** How many of the observations were texts of that topic; all of a template. */
  double observations(String name, double ofTemplate) {
    return templates.containsKey(name)
        ? ofTemplate
        : perTopic[Integer.parseInt(name.substring(TOPIC.length())) - 1];
  }

  boolean isTemplate(String name) {
    return templates.containsKey(name);
  }

  void write(LearningFile.Writer out) {
    out.integer(templates.size());
    templates.keySet().forEach(out::text);
    topics.write(out);
    out.integers(perTopic);
  }

  static Workloads read(LearningFile.Reader in) {
    int count = in.count(Integer.BYTES);
    TreeSet<String> templates = new TreeSet<>();
    for (int i = 0; i < count; i++) {
      templates.add(in.text());
    }
    TopicGroups topics = TopicGroups.read(in);
    int[] perTopic = in.integers();
    in.check(perTopic.length == topics.groups(), "its topics do not fit");
    return new Workloads(templates, topics, perTopic);
  }
}
