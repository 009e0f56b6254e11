package dev.millrace.deploy;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/// Answers of the query protocol.
final class Xml {
    private Xml() {
    }

    /// @return empty if it is no XML, or one with a document type, which no answer of AWS has
    static Optional<Document> parse(String text) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            DocumentBuilder builder = factory.newDocumentBuilder();
            // the default one prints to stderr
            builder.setErrorHandler(new DefaultHandler());
            return Optional.of(builder.parse(new InputSource(new StringReader(text))));
        } catch (SAXException | IOException e) {
            return Optional.empty();
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The text of the first element of a name.
    static Optional<String> first(Document document, String name) {
        return elements(document.getDocumentElement(), name).stream().findFirst().map(Element::getTextContent);
    }

    /// The text of the first element of a name below another.
    static Optional<String> first(Element element, String name) {
        return elements(element, name).stream().findFirst().map(Element::getTextContent);
    }

    /// The elements of a list: the children called `member` of each element of a name.
    static List<Element> members(Document document, String list) {
        List<Element> members = new ArrayList<>();
        for (Element element : elements(document.getDocumentElement(), list)) {
            for (Node child = element.getFirstChild(); child != null; child = child.getNextSibling()) {
                if (child instanceof Element member && member.getTagName().equals("member")) {
                    members.add(member);
                }
            }
        }
        return members;
    }

    private static List<Element> elements(Element element, String name) {
        NodeList nodes = element.getElementsByTagName(name);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }
}
