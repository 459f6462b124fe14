import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { XmlError, readXml } from './read-xml.ts';

/** `name(child child)=text`, as the reader tells it. */
function tell(xml: string | Buffer): string {
  let told = '';
  readXml(Buffer.from(xml), {
    open(name, depth) {
      told += `${depth === 1 ? '' : ' '}${name}(`;
    },
    close(_name, _depth, text) {
      told += text === '' ? ')' : `)=${text}`;
    },
  });
  return told;
}

describe('XML', () => {
  it.each([
    ['<a/>', 'a()'],
    ['<a></a>', 'a()'],
    ['<a>text</a>', 'a()=text'],
    ['<?xml version="1.0"?>\n<a><b>1</b><c>2</c></a>\n', 'a( b()=1 c()=2)'],
    ['\ufeff<a>x</a>', 'a()=x'],
    ['<a xmlns="http://x/" y=\'>\'><b z="/>"/></a>', 'a( b())'],
    ['<s3:a xmlns:s3="x"><s3:b>1</s3:b></s3:a>', 'a( b()=1)'],
    ['<a ><b\n>1</b ></a\t>', 'a( b()=1)'],
    ['<a> x </a>', 'a()= x '],
    ['<a>&lt;&gt;&amp;&quot;&apos;&#65;&#x42;&#x1F600;&#13;&#x1;</a>', 'a()=<>&"\'AB😀\r\u0001'],
    ['<a>&amp;amp;</a>', 'a()=&amp;'],
    ['<a><![CDATA[<x>&amp;]]>y</a>', 'a()=<x>&amp;y'],
    ['<!-- <a> --><a>1<!-- 2 -->3<?pi 4?></a><!-- -->', 'a()=13'],
    ['<a>ü日😀\n</a>', 'a()=ü日😀\n'],
    ['<a>mixed<b>1</b>text</a>', 'a( b()=1)'],
  ])('%j is %s', (xml, expected) => {
    expect(tell(xml)).toBe(expected);
  });

  it.each([
    ['text', 'outside'],
    ['{"a":1}', 'outside'],
    ['<a/>text', 'outside'],
    ['<a/><b/>', 'second root'],
    ['<a></b>', 'closes what is not open'],
    ['</a>', 'closes what is not open'],
    ['<a><b></a></b>', 'closes what is not open'],
    ['<a>&nbsp;</a>', 'entity'],
    ['<a>&</a>', 'entity'],
    ['<a>&#0;</a>', 'entity'],
    ['<a>&#xD800;</a>', 'entity'],
    ['<a>&#x110000;</a>', 'entity'],
    ['<a>&constructor;</a>', 'entity'],
    ['<!DOCTYPE a><a/>', 'declaration'],
    ['<a><!ELEMENT b></a>', 'declaration'],
    ['<a <b/></a>', 'inside of a tag'],
    ['< a/>', 'without a name'],
    ['<>', 'without a name'],
    [`<${'a'.repeat(200)}/>`, 'without a name'],
    [`${'<a>'.repeat(17)}${'</a>'.repeat(17)}`, 'nested'],
  ])('%j is refused', (xml, problem) => {
    expect(() => tell(xml)).toThrow(expect.objectContaining({ isCutShort: false }));
    expect(() => tell(xml)).toThrow(problem);
  });

  it('is told to be cut short wherever it is cut', () => {
    const whole = '<?xml version="1.0"?><a b="c"><!-- d --><e>&amp;</e><![CDATA[ f ]]></a>';
    for (let length = 0; length < whole.length; length += 1) {
      expect(() => tell(whole.slice(0, length)), whole.slice(0, length)).toThrow(XmlError);
    }
    for (const cut of ['', '<a', '<a>', '<a><b>1</b>', '<a b="', '<a></', '<a><!', '<a><!-- ', '<a><![CDATA[ ]']) {
      expect(() => tell(cut), cut).toThrow(expect.objectContaining({ isCutShort: true }));
    }
  });

  it('gives elements or an XmlError for any bytes', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '/',
      '<a',
      '</a>',
      '<b>',
      '&',
      '&lt;',
      ';',
      '<!',
      '--',
      ']]>',
      '"',
      'é',
      ' ',
    );
    const bytes = fc.oneof(
      fc.array(piece, { maxLength: 20 }).map((pieces) => Buffer.from(pieces.join(''))),
      fc.uint8Array({ maxLength: 40 }).map((random) => Buffer.from(random)),
    );
    fc.assert(
      fc.property(bytes, (xml) => {
        try {
          tell(xml);
        } catch (error) {
          expect(error).toBeInstanceOf(XmlError);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
