// A folder of .txt searched with Lucene and one of its analyzers for Chinese, as
// its pages show them: what compare.py compares with. Compiled and run by it:
//
//     java Lucene cjk|smartcn index INDEX FOLDER
//     java Lucene cjk|smartcn search INDEX QUERY LIMIT

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.cjk.CJKAnalyzer;
import org.apache.lucene.analysis.cn.smart.SmartChineseAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.queryparser.classic.QueryParser;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

public final class Lucene {
    public static void main(String[] arguments) throws Exception {
        Analyzer analyzer =
                arguments[0].equals("cjk") ? new CJKAnalyzer() : new SmartChineseAnalyzer();
        try (Directory directory = FSDirectory.open(Paths.get(arguments[2]))) {
            if (arguments[1].equals("index")) {
                index(directory, analyzer, Paths.get(arguments[3]));
            } else {
                search(directory, analyzer, arguments[3], Integer.parseInt(arguments[4]));
            }
        }
    }

    static void index(Directory directory, Analyzer analyzer, Path folder) throws Exception {
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(file -> file.toString().endsWith(".txt")).sorted()
                    .collect(Collectors.toList());
        }
        try (IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig(analyzer))) {
            for (Path file : files) {
                Document document = new Document();
                String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
                document.add(new StoredField("path", file.toString()));
                document.add(new TextField("text", text, Field.Store.YES));
                writer.addDocument(document);
            }
        }
    }

    static void search(Directory directory, Analyzer analyzer, String query, int limit)
            throws Exception {
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
            IndexSearcher searcher = new IndexSearcher(reader);
            QueryParser parser = new QueryParser("text", analyzer);
            StringBuilder out = new StringBuilder();
            for (ScoreDoc hit : searcher.search(parser.parse(query), limit).scoreDocs) {
                out.append(searcher.doc(hit.doc).get("path")).append('\n');
            }
            System.out.print(out);
        }
    }
}
